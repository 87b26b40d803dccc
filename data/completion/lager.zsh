#compdef lager
# Completes lager's command line in zsh. Made by: lager completion zsh
# What is typed is compared with words and looked for among files; it is never run.

# Offers words and files. Files: none, any, folders, or endings with / in between; then list or one; then
# the words, of which those that end in a colon go on.
_lager_value() {
  local files=$1 kind=$2
  shift 2
  local -a open=(${(M)@:#*:}) closed=(${@:#*:})
  if [[ $kind == list ]]; then
    compset -P '*,'
    compadd -S '' -- $closed
  else
    compadd -- $closed
  fi
  compadd -S '' -- $open
  case $files in
    none) ;;
    any) _lager_files ;;
    folders) _lager_files -/ ;;
    *) _lager_files -g "*${(j: *:)${(s:/:)files}}" ;;
  esac
}

# Offers files, unless the word holds what zsh would run to find them: its own _files runs $(…) and `…`.
_lager_files() {
  local bare=$PREFIX$SUFFIX
  bare=${bare//\\?/}
  if [[ $compstate[quote] != \' && ($bare == *[\`\(]* || $bare == *\$[^A-Za-z_/]*) ]]; then return 1; fi
  _files "$@"
}

#TABLES#

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _lager "$@"
else
  compdef _lager lager
fi
