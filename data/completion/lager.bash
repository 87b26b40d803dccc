# Completes lager's command line in bash 4 and later. Made by: lager completion bash
# What is typed is compared with words and looked for among files; it is never run or expanded.

#TABLES#

_lager() {
  COMPREPLY=()
  local typed=() kept='' current='' path='' option='' literal='' argument=0
  local words='' files='' list='' word start=''
  _lager_typed
  local last=$((${#typed[@]} - 1)) index
  current=${typed[last]}
  for ((index = 1; index < last; index++)); do
    word=${typed[index]}
    if [[ -n $option ]]; then
      option=''
    elif [[ -z $literal && $word == -- ]]; then
      literal=yes
    elif [[ -z $literal && $word == -?* ]]; then
      if [[ $word != --*=* ]] && _lager_value "$path $word"; then option=$word; fi
    elif ((argument == 0)) && _lager_is_command "${path:+$path }$word"; then
      path=${path:+$path }$word
    else
      ((argument += 1))
    fi
  done

  words='' files='' list=''
  if [[ -n $option ]]; then
    _lager_value "$path $option"
    _lager_offer
  elif [[ -z $literal && $current == --*=* ]]; then
    if _lager_value "$path ${current%%=*}"; then
      start=${current%%=*}=
      current=${current#*=}
      _lager_offer
    fi
  elif [[ -z $literal && $current == -* ]]; then
    _lager_options "$path"
    _lager_offer
  else
    _lager_argument "$path $argument"
    if ((argument == 0)); then _lager_commands "$path"; fi
    if [[ -z $words$files && -z $current ]]; then _lager_options "$path"; fi
    _lager_offer
  fi
}

# Sets `typed` to the words up to the cursor, and `kept` to what of the last one stays when bash puts a
# completion in: bash cuts words at = and :, here they are whole.
_lager_typed() {
  local rest=${COMP_LINE:0:COMP_POINT} index word gap before=''
  for ((index = 0; index <= COMP_CWORD; index++)); do
    gap=${rest%%[! $'\t']*}
    if [[ -z ${rest//[ $'\t']/} ]]; then gap=$rest; fi
    rest=${rest#"$gap"}
    word=${COMP_WORDS[index]}
    # The cursor may stand within the last word.
    if ((index == COMP_CWORD)); then word=$rest; fi
    rest=${rest#"$word"}
    if [[ -z $gap && $index -gt 0 && ($word =~ ^[:=]+$ || $before =~ ^[:=]+$) ]]; then
      kept+=$before
      typed[${#typed[@]} - 1]+=$word
    else
      kept=''
      typed+=("$word")
    fi
    before=$word
  done
  # After a = or : at the end, nothing of the word is replaced.
  if [[ $before =~ ^[:=]+$ ]]; then kept+=$before; fi
}

# Offers those of `words` and `files` that the current word begins, as the end of the word.
_lager_offer() {
  local word listed='' open=''
  if [[ -n $list && $current == *,* ]]; then listed=${current%,*},; fi
  for word in $words; do
    word=$listed$word
    if [[ $word == "$current"* ]]; then
      word=$start$word
      COMPREPLY+=("${word#"$kept"}")
      if [[ $word == *: ]]; then open=yes; fi
    fi
  done
  if [[ -n $open ]]; then compopt -o nospace; fi
  case $files in
    '') ;;
    any)
      # Words beside files are rare; else readline looks for files by itself, and knows what ~ is.
      if [[ ${#COMPREPLY[@]} -gt 0 ]]; then _lager_files_ending_in ''; compopt -o filenames; fi
      compopt -o default
      ;;
    folders) compopt -o dirnames ;;
    *)
      _lager_files_ending_in $files
      compopt -o filenames -o default
      ;;
  esac
}

# Adds the files of these endings, and folders, that begin with the current word.
_lager_files_ending_in() {
  local plain='' rest=$current quote='' char file ending
  # Quotes and backslashes are taken off; what they are of is not read.
  while [[ -n $rest ]]; do
    char=${rest:0:1}
    rest=${rest:1}
    case $quote$char in
      "''" | '""') quote='' ;;
      "'"?) plain+=$char ;;
      '"\') plain+=${rest:0:1} rest=${rest:1} ;;
      '"'?) plain+=$char ;;
      '\') plain+=${rest:0:1} rest=${rest:1} ;;
      "'" | '"') quote=$char ;;
      *) plain+=$char ;;
    esac
  done
  for file in "$plain"*; do
    for ending in / "$@"; do
      if [[ ($ending == / && -d $file) || ($ending != / && $file == *"$ending" && -f $file) ]]; then
        COMPREPLY+=("$file")
      fi
    done
  done
}

complete -F _lager lager
