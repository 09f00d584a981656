/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Both directions across the border to Microsoft's C++, of which clang's is an independent
 * implementation. Prints TAP. */
#include "msvc-border.h"
#include "vss-library.h"
#include "writer-table.h"

#include <stdio.h>
#include <string.h>

static const GUID id = {
    0x01020304,
    0x0506,
    0x0708,
    {9, 10, 11, 12, 13, 14, 15, 16}
};
static const wchar_t *const texts[] = {L"one", L"two", L"three", L"four"};
static int number;
static bool is_well;
static const char *last_call;
static bool answer;

static void
check(bool condition, int line)
{
    if (!condition)
        printf("# line %d\n", line);
    is_well = is_well && condition;
}

#define CHECK(condition) check(condition, __LINE__)

static void
run(const char *name, void (*test)(void))
{
    is_well = true;
    test();
    printf("%sok %d /vss-windows/abi/%s\n", is_well ? "" : "not ", ++number, name);
}

static bool
note(const char *name)
{
    last_call = name;
    return answer;
}

static bool
on_identify(void *data, IVssCreateWriterMetadata *metadata)
{
    CHECK(data == texts && metadata != NULL);
    return note("identify");
}

#define NOTES(name)                                                                                \
    static bool on_##name(void *data)                                                              \
    {                                                                                              \
        CHECK(data == texts);                                                                      \
        return note(#name);                                                                        \
    }

NOTES(prepare_backup)
NOTES(prepare_snapshot)
NOTES(freeze)
NOTES(thaw)
NOTES(abort)
NOTES(backup_complete)

static bool
on_backup_shutdown(void *data, const GUID *snapshot_set)
{
    CHECK(data == texts && memcmp(snapshot_set, &id, sizeof id) == 0);
    return note("backup_shutdown");
}

static const FirnWriterCalls calls = {
    on_identify,
    on_prepare_backup,
    on_prepare_snapshot,
    on_freeze,
    on_thaw,
    on_abort,
    on_backup_complete,
    on_backup_shutdown,
};

/* Methods that the writer does not act on agree. */
static const char *const expected[FIRN_BORDER_N_CALLS] = {
    "identify",
    "prepare_backup",
    "prepare_snapshot",
    "freeze",
    "thaw",
    "abort",
    "backup_complete",
    "backup_shutdown",
};

static void
test_writer_is_called(void)
{
    FirnWriterObject object;

    firn_writer_object_init(&object, &calls, (void *)texts);
    for (FirnBorderCall call = 0; call < FIRN_BORDER_N_CALLS; call++) {
        for (int value = 0; value < 2; value++) {
            last_call = NULL;
            answer = value != 0;
            CHECK(firn_border_call(&object, call, &id) == (expected[call] == NULL || answer));
            CHECK((last_call == NULL) == (expected[call] == NULL));
            CHECK(last_call == NULL || strcmp(last_call, expected[call]) == 0);
        }
    }
}

/* Only the destructor is called, and it frees nothing. */
static void
test_writer_is_destroyed(void)
{
    FirnWriterObject object;

    firn_writer_object_init(&object, &calls, (void *)texts);
    last_call = NULL;
    firn_border_destroy(&object);
    CHECK(last_call == NULL);
    CHECK(object.data == texts);
}

static unsigned long
on_release(void)
{
    note("release");
    return 77;
}

static HRESULT
on_initialize(const FirnBorderSubscription *subscription)
{
    CHECK(memcmp(&subscription->id, &id, sizeof id) == 0);
    CHECK(subscription->name == texts[0] && subscription->instance == texts[1]);
    CHECK(subscription->major == 11 && subscription->minor == 12 && subscription->usage == 3);
    CHECK(subscription->source == 2 && subscription->level == -1);
    CHECK(subscription->timeout_ms == 13 && subscription->alternate == 1);
    CHECK(subscription->throttles_only);
    note("initialize");
    return E_ABORT;
}

static HRESULT
on_subscribe(DWORD timeout_ms, DWORD events)
{
    CHECK(timeout_ms == 14 && events == 15);
    note("subscribe");
    return S_FALSE;
}

static HRESULT
on_unsubscribe(void)
{
    note("unsubscribe");
    return S_OK;
}

static void
on_uninitialize(void)
{
    note("uninitialize");
}

static const wchar_t **
get_volumes(void)
{
    return (const wchar_t **)texts;
}

static unsigned int
count_volumes(void)
{
    return 4;
}

static GUID
get_snapshot_set(void)
{
    return id;
}

static int
get_backup_type(void)
{
    return 5;
}

static HRESULT
set_failure(HRESULT failure, HRESULT application, const wchar_t *message)
{
    CHECK(failure == VSS_E_WRITERERROR_TIMEOUT && application == E_FAIL && message == texts[2]);
    note("failure");
    return S_OK;
}

static HRESULT
get_session(GUID *session)
{
    *session = id;
    return S_FALSE;
}

static HRESULT
add_component(int type, const wchar_t *name, bool notifies, bool is_selectable)
{
    CHECK(type == VSS_CT_FILEGROUP && name == texts[1] && notifies && !is_selectable);
    note("component");
    return E_FAIL;
}

static HRESULT
add_files(const wchar_t *group, const wchar_t *path, const wchar_t *files, DWORD mask)
{
    CHECK(group == texts[1] && path == texts[2] && files == texts[3] && mask == 0xf0f);
    note("files");
    return S_OK;
}

static void
on_other(const char *name)
{
    note(name);
}

static const FirnBorderVss vss_methods = {
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

static void
test_vss_is_called(void)
{
    IVssWriterImpl *vss = firn_border_open_vss(&vss_methods);
    GUID set = {0}, session = {0};

    CHECK(vss->lpVtbl->Initialize(vss, id, texts[0], texts[1], 11, 12, 3, 2, -1, 13, 1, TRUE) ==
          E_ABORT);
    CHECK(strcmp(last_call, "initialize") == 0);
    CHECK(vss->lpVtbl->Subscribe(vss, 14, 15) == S_FALSE && strcmp(last_call, "subscribe") == 0);
    CHECK(vss->lpVtbl->Unsubscribe(vss) == S_OK && strcmp(last_call, "unsubscribe") == 0);
    vss->lpVtbl->Uninitialize(vss);
    CHECK(strcmp(last_call, "uninitialize") == 0);
    CHECK(vss->lpVtbl->GetCurrentVolumeCount(vss) == 4);
    CHECK(vss->lpVtbl->GetCurrentVolumeArray(vss) == (LPCWSTR *)texts);
    CHECK(vss->lpVtbl->GetCurrentSnapshotSetId(vss, &set) == &set);
    CHECK(memcmp(&set, &id, sizeof id) == 0);
    CHECK(vss->lpVtbl->GetBackupType(vss) == VSS_BT_COPY);
    CHECK(vss->lpVtbl->SetWriterFailureEx(vss, VSS_E_WRITERERROR_TIMEOUT, E_FAIL, texts[2]) ==
          S_OK);
    CHECK(strcmp(last_call, "failure") == 0);
    CHECK(vss->lpVtbl->GetSessionId(vss, &session) == S_FALSE);
    CHECK(memcmp(&session, &id, sizeof id) == 0);
    CHECK(vss->lpVtbl->Release(vss) == 77 && strcmp(last_call, "release") == 0);
}

static bool
call_metadata(void *data, IVssCreateWriterMetadata *metadata)
{
    CHECK(metadata->lpVtbl->AddComponent(metadata,
                                         VSS_CT_FILEGROUP,
                                         texts[0],
                                         texts[1],
                                         texts[2],
                                         NULL,
                                         0,
                                         FALSE,
                                         TRUE,
                                         FALSE,
                                         TRUE,
                                         3) == E_FAIL);
    CHECK(strcmp(last_call, "component") == 0);
    CHECK(metadata->lpVtbl->AddFilesToFileGroup(metadata,
                                                texts[0],
                                                texts[1],
                                                texts[2],
                                                texts[3],
                                                TRUE,
                                                NULL,
                                                0xf0f) == S_OK);
    CHECK(strcmp(last_call, "files") == 0);
    return true;
}

static void
test_metadata_is_called(void)
{
    static const FirnWriterCalls identify_only = {.identify = call_metadata};
    FirnWriterObject object;

    firn_border_open_vss(&vss_methods);
    firn_writer_object_init(&object, &identify_only, NULL);
    CHECK(firn_border_call(&object, FIRN_BORDER_IDENTIFY, &id));
}

int
main(int argc, char **argv)
{
    printf("1..4\n");
    run("writer-is-called", test_writer_is_called);
    run("writer-is-destroyed", test_writer_is_destroyed);
    run("vss-is-called", test_vss_is_called);
    run("metadata-is-called", test_metadata_is_called);
    return 0;
}
