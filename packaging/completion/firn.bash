# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of firn(1) for bash.

_firn_global="--bus --json --quiet --verbose --no-block --wait-timeout --color --utc --no-legend --version --help"

declare -A _firn_options=(
    [create]="--description --comment --quiesce --no-quiesce --deadline --freeze-wait --frozen-max --fstrim --pause --accept-unclean --exclude-disk --dry-run
              --memory --yes --no-register --atomic --disk-only"
    [list]="--name --no-foreign --tree"
    [tree]="--ascii"
    [show]="--guest-report --xml --live"
    [edit]="--name --description --comment"
    [delete]="--children --children-only --all --dry-run --yes"
    [restore]="--disk --running --paused --off --config --mode --if-running --stop --grace --accept-inconsistent --drop-bitmaps --force --dry-run"
    [undo]="--running --paused --off --config --mode --if-running --stop --grace --drop-bitmaps --force --forget --dry-run"
    [adopt]="--dry-run"
    [policy]=""
    [quiesce]="--exec --frozen-max --freeze-wait"
    [thaw]="--deadline"
    [jobs]="--failed"
    [job]="--wait --cancel"
    [wait]="--for"
    [status]=""
    [doctor]="--freeze"
    [verify]="--repair"
    [check]="--max-age --frozen-max"
)

_firn_vms() {
    firn status --no-legend --color=never 2>/dev/null | cut -d' ' -f1
}

_firn_values() { # VERB OPTION: what may stand after it
    case "$1 $2" in
        *" --quiesce") echo "require try never" ;;
        *" --config") echo "captured keep" ;;
        "wait --for") echo "state=running state=off condition=Ready condition=DependencyMissing=False condition=Progressing=False" ;;
        *" --mode") echo "strict best-effort" ;;
        *" --if-running") echo "fail stop wait" ;;
        *" --memory") echo "live paused" ;;
        *" --color") echo "auto always never" ;;
        *" --bus") echo "system session" ;;
    esac
}

_firn_operands() { # VERB POSITION VM
    case "$1/$2" in
        jobs/*) ;;
        job/1) firn jobs --no-legend --color=never 2>/dev/null | cut -d' ' -f1; _firn_vms ;;
        list/* | tree/* | check/* | quiesce/* | verify/* | */1) _firn_vms ;;
        policy/2) echo "show set" ;;
        policy/*) echo "max-snapshots= allow-memory=yes allow-memory=no drift-guard=off drift-guard=warn drift-guard=strict pause-max=" ;;
        show/2 | edit/2 | restore/2) firn list --name --no-foreign "$3" 2>/dev/null; echo "@current @latest @parent" ;;
        adopt/*) firn list --name "$3" 2>/dev/null ;;
        delete/*) firn list --name --no-foreign "$3" 2>/dev/null ;;
    esac
}

_firn() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local verb="" vm="" position=0 index word words

    for ((index = 1; index < COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        if [[ $verb == quiesce && ($word == --exec || $word == --) ]]; then
            # The first word is a program, the others are its own affair.
            [[ $index == $((COMP_CWORD - 1)) ]] && word=-c || word=-f
            mapfile -t COMPREPLY < <(compgen "$word" -- "$current")
            return
        fi
        [[ $word == -* || $word == "=" || ${COMP_WORDS[index - 1]} == "=" ]] && continue
        if [[ -z $verb ]]; then
            verb=$word
        else
            position=$((position + 1))
            [[ $position == 1 ]] && vm=$word
        fi
    done
    if [[ $current == "=" || $previous == "=" ]]; then
        [[ $current == "=" ]] && word=$previous current="" || word=${COMP_WORDS[COMP_CWORD - 2]}
        words=$(_firn_values "$verb" "$word")
    elif [[ $current == -* ]]; then
        words="${_firn_options[$verb]-} $_firn_global"
    elif [[ -z $verb ]]; then
        words="${!_firn_options[*]}"
    else
        words=$(_firn_operands "$verb" $((position + 1)) "$vm")
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _firn firn
