//! Generates the service of `proto/ticker.proto`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    let files = protox::compile(["proto/ticker.proto"], ["proto"])?;
    Ok(tonic_prost_build::configure().compile_fds(files)?)
}
