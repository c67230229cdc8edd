/** Shells that can be taught. */
export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish'];

/** The script that teaches a shell; each asks `graylane __complete`, which answers as cobra's programs do. */
export function scriptFor(shell: string): string {
  if (shell === 'zsh') return ZSH;
  return shell === 'fish' ? FISH : BASH;
}

/** For bash 3.2 too, which macOS has: without mapfile and compopt. Files are offered where nothing else is. */
const BASH = `# bash completion for graylane
_graylane() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :*) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(graylane __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _graylane graylane
`;

const ZSH = `#compdef graylane
_graylane() {
  local -a lines candidates
  local line directive
  lines=("\${(@f)$(graylane __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  directive="\${lines[-1]}"
  for line in "\${(@)lines[1,-2]}"; do
    if [[ "$line" == *$'\\t'* ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else
      candidates+=("\${line//:/\\\\:}")
    fi
  done
  if (( \${#candidates} )); then
    _describe 'graylane' candidates
  elif [[ "$directive" == ":0" ]]; then
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_graylane" ]]; then
  _graylane "$@"
else
  compdef _graylane graylane
fi
`;

const FISH = `# fish completion for graylane
function __graylane_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l lines (graylane __complete $words[2..-1] "$last" 2>/dev/null)
    if test (count $lines) -eq 1; and test "$lines[1]" = ":0"
        __fish_complete_path "$last"
    else if test (count $lines) -gt 1
        printf '%s\\n' $lines[1..-2]
    end
end
complete -c graylane -f -a '(__graylane_complete)'
`;
