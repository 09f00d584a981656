/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-witness.h"

char *
firn_memory_witness_begin(FirnTestGuest *guest)
{
    g_free(firn_test_guest_run(
        guest,
        "head -c 5000000 /dev/urandom >/run/ram; "
        "(n=0; while :; do n=$((n + 1)); echo $n 1<>/run/count; "
        "echo $n 1<>/mnt/a/count; echo $n 1<>/mnt/b/count; sync; sleep 0.1; done) "
        ">/dev/null 2>&1 </dev/null & echo $! >/run/counter"));
    return firn_test_guest_run(guest, "sha256sum /run/ram");
}

static gint64
count(FirnTestGuest *guest, const char *command)
{
    g_autofree char *text = firn_test_guest_run(guest, command);

    return g_ascii_strtoll(text, NULL, 10);
}

gint64
firn_memory_witness_count(FirnTestGuest *guest)
{
    return count(guest, "cat /run/count");
}

void
firn_memory_witness_assert_goes_on(FirnTestGuest *guest, const char *checksum, gint64 count_then)
{
    g_autofree char *now = firn_test_guest_run(guest, "sha256sum /run/ram");
    gint64 kept;

    g_assert_cmpstr(now, ==, checksum);
    g_free(firn_test_guest_run(guest, "kill $(cat /run/counter); sync"));
    kept = firn_memory_witness_count(guest);
    g_test_message("count %" G_GINT64_FORMAT ", then at most %" G_GINT64_FORMAT, kept, count_then);
    g_assert_cmpint(count(guest, "cat /mnt/a/count"), >=, kept - 1);
    g_assert_cmpint(count(guest, "cat /mnt/b/count"), >=, kept - 1);
    g_free(firn_test_guest_run(guest, "[ ! -e /run/later ] && [ ! -e /mnt/a/later ]"));
}
