#!/bin/bash
# Proof that the simulation finds mistakes: each mutation below breaks the till or the store in a copy
# of the tree; the simulation built there must fail within 200 seeds.
#
#   tests/simulate/mutate.sh [NAME…]      all of them, or those named
#
# It fails when a mutation is not found, and when its edit does not apply any more.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
tree=$(mktemp -d "${TMPDIR:-/tmp}/gridtill-mutate.XXXXXX")
trap 'rm -rf "$tree"' EXIT
failures=0

die() {
    echo "mutate.sh: $*" >&2
    exit 2
}

# edit FILE PERL: changes a file of the copy by a perl expression over its whole text.
edit() {
    cp "$tree/src/$1" "$tree/before" || die "$1 is not there"
    perl -0pi -e "$2" "$tree/src/$1" || die "the edit of $1 cannot be run"
    cmp -s "$tree/before" "$tree/src/$1" && die "$name: the edit of $1 does not apply any more"
    edited+=("$1")
}

build() {
    make -s -C "$tree/build" tests/simulate/simulate >"$tree/make.log" 2>&1 || {
        tail -20 "$tree/make.log" >&2
        die "$name: it does not build"
    }
}

restore() {
    local file
    for file in "${edited[@]}"; do
        cp "$top/$file" "$tree/src/$file"
    done
    edited=()
}

# The mutations: what is broken, and where.

released_never() { # held credit is left unreleased when a sale is declined
    edit lib/till/outcome.c 's/\n\s*gt_account_release\(&o->account, txn->held\);/ {}/'
}

intent_after_call() { # upstream is asked first, and the intent is written when it has answered
    edit lib/till/intent.c 's/(    err = gt_db_transact\(till->db, "intent", intent_commit, &in\);)/
    err = gt_db_transact(till->db, "intent", intent_dry, &in);
    if (err == GT_ERR_TIMEOUT && flow->next == GT_FLOW_CALL) {
        request_fill(&in);
        flow->upstream->call(flow->upstream->ctx, &flow->request, 6000, &flow->reply);
        snprintf(flow->request.reason, sizeof(flow->request.reason), "early");
    }
    struct gt_up_request called = flow->request;
$1
    if (strcmp(called.reason, "early") == 0) {
        flow->request = called;
        flow->created_at = in.now;
        return err;
    }/; s/(enum gt_err gt_flow_intent\()/
static enum gt_err intent_dry(struct gt_tx *tx, void *arg)
{
    (void)!intent_commit(tx, arg);
    return gt_tx_fail(tx, GT_ERR_TIMEOUT);
}

$1/'
    edit lib/till/outcome.c 's/(void gt_flow_call\([^{]*\{)/$1\n    if (strcmp(flow->request.reason, "early") == 0)\n        return;/'
}

silence_is_failure() { # a call without an answer is declined
    edit lib/till/outcome.c 's/if \(reply->class == GT_UP_UNKNOWN\) \{/if (false) {/'
    edit lib/till/outcome.c 's/(reply->class == GT_UP_NOT_SENT)\)/$1 || reply->class == GT_UP_UNKNOWN)/'
}

absent_at_once() { # "absent" is believed before the grace time is over
    edit lib/till/resolve.c 's/return row->sent_at \+ [^;]*;/return (void)till, (void)up, row->sent_at;/'
}

sync_forgotten() { # commits are not synced
    edit lib/store/sqlite.c 's/PRAGMA synchronous = (FULL|EXTRA)/PRAGMA synchronous = OFF/g'
}

reversal_keeps_credit() { # a reversal does not give the credit back
    edit lib/till/account.c 's/account->unremitted -= amount - drawn;/(void)amount;/'
}

refund_keeps_credit() { # a refund in cash does not lower what the account owes
    edit lib/till/account.c 's/account->unremitted -= repaid;/(void)repaid;/'
}

refund_for_ever() { # a request for a refund is not taken by who carries it out
    edit lib/till/refund.c 's/refund->txn_id = txn->id;/(void)txn;/'
}

guard_forgotten() { # two transactions of one customer in flight
    edit lib/till/intent.c 's/(snprintf\(out, GT_GUARD_MAX, )"%s\/%s", in->txn\.system, in->txn\.customer_no\)/$1"#%lld", (long long)in->txn.id)/'
}

# replay LINE [OPTION…]: the failed seed, played alone, must fail in the same way.
replay() {
    local line=$1 seed
    shift
    seed=${line#seed }
    if "$tree/build/tests/simulate/simulate" --seed "${seed%%:*}" "$@" | grep -qxF "$line"; then
        echo "found: $name $*: $line"
    else
        echo "NOT THE SAME AGAIN: $name $*: $line"
        failures=$((failures + 1))
    fi
}

# try [OPTION…]: runs the simulation on what is built; it must fail.
try() {
    local out
    out=$("$tree/build/tests/simulate/simulate" --seeds 200 --stop "$@" 2>&1)
    if [ $? -eq 1 ] && grep -q '^seed ' <<<"$out"; then
        replay "$(grep -m1 '^seed ' <<<"$out")" "$@"
    elif grep -q 'Assertion' <<<"$out"; then
        echo "found: $name $*: $(grep -m1 'Assertion' <<<"$out")"
    else
        echo "NOT FOUND: $name $*"
        tail -3 <<<"$out"
        failures=$((failures + 1))
    fi
}

all="released_never intent_after_call silence_is_failure absent_at_once sync_forgotten
    reversal_keeps_credit refund_keeps_credit refund_for_ever guard_forgotten"
edited=()
mkdir "$tree/src" "$tree/build" || die "no room"
(cd "$top" && tar -c --exclude=.git --exclude='./build' --exclude=./build-asan --exclude=./build-tsan --exclude=./var .) |
    tar -x -C "$tree/src" || die "the tree cannot be copied"
[ -e "$tree/src/configure" ] || (cd "$tree/src" && autoreconf -fi) >"$tree/make.log" 2>&1 ||
    die "autoreconf failed"
(cd "$tree/build" && ../src/configure -q) >"$tree/make.log" 2>&1 || {
    cat "$tree/make.log"
    die "configure failed"
}
name=unchanged
build
"$tree/build/tests/simulate/simulate" --seeds 200 >"$tree/out" || {
    cat "$tree/out"
    die "the simulation fails without any mutation"
}
# shellcheck disable=SC2048 # names, and $all is a list of them
for name in ${*:-$all}; do
    "$name"
    build
    try
    [ "$name" = intent_after_call ] && try --outside
    restore
done
[ "$failures" -eq 0 ] && echo "all mutations were found" || exit 1
