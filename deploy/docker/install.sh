#!/bin/sh
# What stands in an image, step by step. The image build runs it, and so do the tests that have no container
# engine: install.sh STEP SERVICE TARGET, with STEP one of dependencies, own, trim, bill, or all.
#   PYTHON       interpreter that the environment is made for (python3)
#   UV           the installer (uv)
#   TORCH        for rag-ml: cpu (default) or cuda; locks/torch-*.txt
#   TORCH_INDEX  package index or folder that has that build of torch, when the usual index has not
set -eu

step=$1 service=$2 target=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
uv=${UV:-uv}

# Only built packages: nothing is compiled. Modules are compiled to bytecode that does not look at the clock,
# since the file system is read-only and layers may be given other times.
install_locked() {
    into=$1
    shift
    PYC_INVALIDATION_MODE=UNCHECKED_HASH "$uv" pip install --quiet --python "$into/bin/python" --no-deps \
        --require-hashes --only-binary :all: "$@"
}

dependencies() {
    "$uv" venv --quiet --no-project --python "$python" "$target"
    install_locked "$target" --compile-bytecode -r "$here/locks/$service.txt"
    if [ "$service" = rag-ml ]; then
        install_locked "$target" --compile-bytecode ${TORCH_INDEX:+--find-links "$TORCH_INDEX"} \
            -r "$here/locks/torch-${TORCH:-cpu}.txt"
    fi
}

own() {
    PYC_INVALIDATION_MODE=UNCHECKED_HASH "$uv" pip install --quiet --python "$target/bin/python" --no-deps \
        --offline --compile-bytecode "$root/libs/contracts" "$root/libs/chassis" "$root/services/${service%-ml}"
}

# Tests and sources of compiled modules are no part of a program that runs; nor are commands of packages.
trim() {
    find "$target/lib" -type d \( -name tests -o -name test \) -path '*/site-packages/*' -prune -exec rm -r {} +
    find "$target/lib" -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.c' -o -name '*.cpp' \
        -o -name '*.h' -o -name '*.hpp' -o -name '*.a' -o -name direct_url.json \) -delete
    # Of the services of AWS, those that are called; the descriptions of the other 400 weigh 20 MB.
    find "$target/lib" -path '*/site-packages/botocore/data/*' -prune -type d \
        ! -name s3 ! -name sts ! -name sso ! -name sso-oidc -exec rm -r {} +
    # Models are run here, not made.
    find "$target/lib" -path '*/site-packages/onnxruntime/*' -type d -prune \
        \( -name transformers -o -name quantization -o -name tools \) -exec rm -r {} +
    find "$target/bin" ! -type d ! -name 'python*' -delete
    find "$target" -maxdepth 1 -type f ! -name pyvenv.cfg -delete
}

# The bill of materials is read from what has been installed, by a tool that stays out of the image.
bill() {
    mkdir -p "$target/share/sbom"
    tool=$(mktemp -d)
    "$uv" venv --quiet --no-project --python "$python" "$tool/bill"
    install_locked "$tool/bill" -r "$here/locks/bill.txt"
    "$tool/bill/bin/python" -m cyclonedx_py environment --output-reproducible --no-validate --output-format JSON \
        --output-file "$target/share/sbom/python.cdx.json" "$target/bin/python"
    rm -r "$tool"
}

case $step in
    dependencies | own | trim | bill) "$step" ;;
    all)
        dependencies
        own
        trim
        bill
        ;;
    *)
        echo "install.sh: no such step: $step" >&2
        exit 2
        ;;
esac
