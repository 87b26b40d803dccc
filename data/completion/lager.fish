# Completes lager's command line in fish. Made by: lager completion fish
# What is typed is compared with words and looked for among files; it is never run.

# Prints the command that stands before the cursor, and how many arguments of it do.
function __lager_here
    set -l typed (commandline -opc)
    set -l path
    set -l arguments 0
    set -l value no
    set -l literal no
    for word in $typed[2..]
        if test $value = yes
            set value no
        else if test $literal = no; and string match -q -- '-?*' $word
            if string match -q -- -- $word
                set literal yes
            else if contains -- "$path $word" $__lager_valued
                set value yes
            end
        else if test $arguments = 0; and contains -- (string join ' ' -- $path $word) $__lager_commands
            set path (string join ' ' -- $path $word)
        else
            set arguments (math $arguments + 1)
        end
    end
    echo "$path"
    echo $arguments
end

# Whether the cursor is behind this command.
function __lager_at
    set -l here (__lager_here)
    test "$here[1]" = "$argv"
end

# Whether the cursor is at an argument of a command: its number from 0 on, or any.
function __lager_argument
    set -l here (__lager_here)
    test "$here[1]" = "$argv[2..]"; and contains -- $argv[1] any $here[2]
end

# Prints words, in a list after those that stand there already.
function __lager_words
    set -l typed (commandline -ct)
    set -l before ''
    if test $argv[1] = list
        set before (string match -r -- '.*,' (string replace -r -- '^--[^=]*=' '' $typed))
    end
    for word in $argv[2..]
        echo "$before$word"
    end
end

complete -c lager -f
#TABLES#
