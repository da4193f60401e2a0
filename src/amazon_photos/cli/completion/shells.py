"""The scripts that make bash, zsh and fish complete: they ask the program when a key is pressed, and not before.

A name of the library is data in all of them: it is never read as code again. bash gets names quoted for the place where
they go (``shell_words``); zsh and fish quote by themselves.
"""

from __future__ import annotations

from types import MappingProxyType

_BASH = r"""# amazon-photos completion for bash
_amazon_photos() {
    local line do= before=
    COMPREPLY=()
    {
        IFS= read -r do && IFS= read -r before || return 0
        while IFS= read -r line; do COMPREPLY+=("$line"); done
    } < <(command amazon-photos completion bash --answer \
        "${COMP_LINE:0:$COMP_POINT}" "$COMP_WORDBREAKS" 2> /dev/null)
    case $do in
        file) compopt -o filenames -o default 2> /dev/null ;;
        folder) compopt -o filenames -o dirnames 2> /dev/null ;;
        nospace) compopt -o nospace 2> /dev/null ;;
    esac
    return 0
}
complete -o nosort -F _amazon_photos amazon-photos 2> /dev/null || complete -F _amazon_photos amazon-photos
"""
_ZSH = r"""#compdef amazon-photos
# amazon-photos completion for zsh
_amazon_photos() {
    local line do before
    local -a lines values shown
    lines=("${(@f)$(command amazon-photos completion zsh --answer \
        "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2> /dev/null)}")
    do=$lines[1] before=$lines[2]
    case $do in
        file|folder)
            [[ -n $before ]] && compset -P "${(b)before}"
            if [[ $do == file ]]; then _files; else _files -/; fi
            return ;;
    esac
    for line in "${(@)lines[3,-1]}"; do
        [[ -n $line ]] || continue
        values+=("${line%%$'\t'*}")
        shown+=("${line%%$'\t'*}${${line#*$'\t'}:+  -- ${line#*$'\t'}}")
    done
    (( $#values )) || return 1
    if [[ $do == nospace ]]; then
        compadd -V names -S '' -l -d shown -a values
    else
        compadd -V names -l -d shown -a values
    fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _amazon_photos "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _amazon_photos amazon-photos
fi
"""
_FISH = r"""# amazon-photos completion for fish
function __amazon_photos_answer
    set -l current (commandline -ct)
    set -l lines (command amazon-photos completion fish --answer (commandline -opc) "$current" 2> /dev/null)
    switch "$lines[1]"
        case file folder
            set -l typed (string replace -- "$lines[2]" "" "$current")
            for found in (__fish_complete_path "$typed")
                if test "$lines[1]" = file; or string match -q -- "*/*" (string split -f 1 \t -- $found)
                    echo "$lines[2]$found"
                end
            end
        case '*'
            test (count $lines) -gt 2; and printf '%s\n' $lines[3..-1]
    end
end
complete -c amazon-photos -f -k -a '(__amazon_photos_answer)'
"""
SCRIPTS = MappingProxyType({"bash": _BASH, "zsh": _ZSH, "fish": _FISH})
"""What each shell reads when it starts."""
