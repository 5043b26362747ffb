# What ./run and ./test share: the steps they show, and the Python environment in .venv.

say() { printf '\n==> %s\n' "$*"; }

fail() {
  printf '\n%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  return 1
}

# Make .venv if it is missing, or was made by a Python that is gone.
make_environment() {
  .venv/bin/python -c 'import pip' 2>/dev/null && return
  local python
  python="$(find_python)" || fail "Python 3.11 or newer is needed. Set PYTHON to where it is."
  say "Making the Python environment .venv"
  "$python" -m venv --clear .venv ||
    fail "$python cannot make environments: install its venv module (Debian: python3-venv)."
}

# Install a locked file of requirements, unless .venv has it just so.
install_requirements() {
  local file="$1" marker=".venv/installed-$1" digest
  digest="$(.venv/bin/python -c 'import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$file")"
  [[ "$(cat "$marker" 2>/dev/null)" == "$digest" ]] && return
  say "Installing $file"
  .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off \
    --require-hashes -r "$file" |
    { grep --line-buffered -E '^ *(Collecting|Installing)' || true; } || return 1
  printf '%s' "$digest" >"$marker"
}
