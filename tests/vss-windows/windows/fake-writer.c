/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-writer.h"

#include "fake-script.h"
#include "held-watch.h"
#include "transcript.h"

#include <stdio.h>

#define NO_CALL FIRN_BORDER_N_CALLS

/* In the order in which a writer must go through them. */
typedef enum { CREATED, INITIALIZED, SUBSCRIBED, UNSUBSCRIBED, UNINITIALIZED, RELEASED } Phase;

static const char *const names[] = {
    "identify",
    "prepare-backup",
    "prepare-snapshot",
    "freeze",
    "thaw",
    "abort",
    "backup-complete",
    "backup-shutdown",
    "pre-restore",
    "post-restore",
    "post-snapshot",
    "back-off-io",
    "continue-io",
    "vss-shutdown",
    "startup",
};

static void *object;
static Phase phase = RELEASED;
static GUID current_set;
/* The call in which this thread is. */
static __thread FirnBorderCall inside = NO_CALL;
static LONG n_calls_inside;

static void
advance(Phase expected, Phase next, const char *what)
{
    if (phase != expected)
        firn_transcript_add("fault: %s comes in phase %d", what, phase);
    if (what[0] != 'I' && n_calls_inside != 0 && next > SUBSCRIBED)
        firn_transcript_add("fault: %s while VSS calls the writer", what);
    phase = next;
}

/* Microsoft documents these for the thread of the call only, and not in OnIdentify. */
static void
demand_call(const char *what)
{
    if (inside == NO_CALL)
        firn_transcript_add("fault: %s on a thread that VSS has not called", what);
    else if (inside == FIRN_BORDER_IDENTIFY)
        firn_transcript_add("fault: %s in OnIdentify", what);
}

static unsigned long
on_release(void)
{
    advance(UNINITIALIZED, RELEASED, "Release");
    firn_transcript_add("released");
    return 0;
}

static HRESULT
on_initialize(const FirnBorderSubscription *subscription)
{
    advance(CREATED, INITIALIZED, "Initialize");
    firn_transcript_add("initialize %08lx %ls %ls %lu.%lu usage %d source %d level %d %lu ms "
                        "alternate %d throttle %d",
                        subscription->id.Data1,
                        subscription->name,
                        subscription->instance != NULL ? subscription->instance : L"-",
                        subscription->major,
                        subscription->minor,
                        subscription->usage,
                        subscription->source,
                        subscription->level,
                        subscription->timeout_ms,
                        subscription->alternate,
                        subscription->throttles_only);
    return S_OK;
}

static HRESULT
on_subscribe(DWORD timeout_ms, DWORD events)
{
    advance(INITIALIZED, SUBSCRIBED, "Subscribe");
    firn_transcript_add("subscribe %lu events %lu", timeout_ms, events);
    firn_fake_script_start();
    return S_OK;
}

static HRESULT
on_unsubscribe(void)
{
    advance(SUBSCRIBED, UNSUBSCRIBED, "Unsubscribe");
    return S_OK;
}

static void
on_uninitialize(void)
{
    advance(UNSUBSCRIBED, UNINITIALIZED, "Uninitialize");
}

static const wchar_t **
get_volumes(void)
{
    static const wchar_t *volumes[] = {L"\\\\?\\Volume{1}\\", L"\\\\?\\Volume{2}\\"};

    demand_call("GetCurrentVolumeArray");
    return volumes;
}

static unsigned int
count_volumes(void)
{
    demand_call("GetCurrentVolumeCount");
    return 2;
}

static GUID
get_snapshot_set(void)
{
    demand_call("GetCurrentSnapshotSetId");
    return current_set;
}

static int
get_backup_type(void)
{
    demand_call("GetBackupType");
    return 5;
}

static HRESULT
set_failure(HRESULT failure, HRESULT application, const wchar_t *message)
{
    demand_call("SetWriterFailureEx");
    firn_transcript_add("failure %08lx %ls", (unsigned long)failure, message);
    return S_OK;
}

static HRESULT
get_session(GUID *session)
{
    demand_call("GetSessionId");
    *session = current_set;
    return S_OK;
}

static HRESULT
add_component(int type, const wchar_t *name, bool notifies, bool is_selectable)
{
    firn_transcript_add("component %d %ls notified %d selectable %d",
                        type,
                        name,
                        notifies,
                        is_selectable);
    return S_OK;
}

static HRESULT
add_files(const wchar_t *group, const wchar_t *path, const wchar_t *files, DWORD mask)
{
    firn_transcript_add("files %ls %ls %ls %lx", group, path, files, mask);
    return S_OK;
}

static void
on_other(const char *name)
{
    firn_transcript_add("fault: %s is called", name);
}

void *
firn_fake_writer_open(void *writer)
{
    static const FirnBorderVss vss = {
        on_release,
        on_initialize,
        on_subscribe,
        on_unsubscribe,
        on_uninitialize,
        get_volumes,
        count_volumes,
        get_snapshot_set,
        get_backup_type,
        set_failure,
        get_session,
        add_component,
        add_files,
        on_other,
    };

    if (phase != RELEASED)
        firn_transcript_add("fault: a second writer is created");
    phase = CREATED;
    object = writer;
    firn_transcript_add("fakevss: a double of vssapi.dll, not VSS");
    return firn_border_open_vss(&vss);
}

/* Whether VSS releases writes before this call. */
static bool
ends_hold(FirnBorderCall call, const GUID *snapshot_set)
{
    return call == FIRN_BORDER_THAW || call == FIRN_BORDER_ABORT ||
           (call == FIRN_BORDER_BACKUP_SHUTDOWN && IsEqualGUID(snapshot_set, &current_set));
}

void
firn_fake_writer_call(FirnBorderCall call, const GUID *snapshot_set)
{
    bool answer;

    if (phase != SUBSCRIBED)
        firn_transcript_add("fault: %s after the subscription", names[call]);
    if (call != FIRN_BORDER_BACKUP_SHUTDOWN)
        current_set = *snapshot_set;
    if (call == FIRN_BORDER_FREEZE)
        firn_held_watch_begin();
    if (ends_hold(call, snapshot_set))
        firn_held_watch_end();
    InterlockedIncrement(&n_calls_inside);
    inside = call;
    answer = firn_border_call(object, call, snapshot_set);
    inside = NO_CALL;
    InterlockedDecrement(&n_calls_inside);
    firn_transcript_add("%s %s", names[call], answer ? "agreed" : "refused");
}
