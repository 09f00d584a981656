/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "writer.h"

#include "cycle-runner.h"
#include "writer-table.h"

#include <stdlib.h>
#include <strsafe.h>

/* {9d2ab4f4-0b5c-4d2b-8b0e-6f5d2c7a9e31}: firn's own, never to be changed. */
static const GUID writer_id = {
    0x9d2ab4f4,
    0x0b5c,
    0x4d2b,
    {0x8b, 0x0e, 0x6f, 0x5d, 0x2c, 0x7a, 0x9e, 0x31}
};

#define WRITER_NAME L"firn VSS Writer"
/* After that from Freeze VSS sends Abort by itself. */
#define FREEZE_TIMEOUT_MS 30000
#define MESSAGE_SIZE      768

struct _FirnWriter {
    FirnWriterObject object;
    IVssWriterImpl *vss;     /* (owned) */
    FirnCycleRunner *runner; /* (owned) */
    FirnFolders folders;
};

/* VSS allows this only on the thread on which it has called, and not from OnIdentify. */
static bool
report_refusal(FirnWriter *self)
{
    wchar_t message[MESSAGE_SIZE];
    uint32_t failure = firn_cycle_runner_describe_refusal(self->runner, message, MESSAGE_SIZE);

    self->vss->lpVtbl->SetWriterFailureEx(self->vss, (HRESULT)failure, S_OK, message);
    return false;
}

static bool
send_event(FirnWriter *self, FirnCycleEvent event, const FirnSnapshotContext *context)
{
    return firn_cycle_runner_send(self->runner, event, context) || report_refusal(self);
}

static void
get_volumes(IVssWriterImpl *vss, FirnSnapshotContext *context)
{
    UINT n_volumes = vss->lpVtbl->GetCurrentVolumeCount(vss);
    LPCWSTR *volumes = n_volumes > 0 ? vss->lpVtbl->GetCurrentVolumeArray(vss) : NULL;

    for (UINT i = 0; volumes != NULL && i < n_volumes; i++) {
        if (i > 0)
            StringCchCatW(context->volumes, FIRN_PATH_SIZE, L";");
        StringCchCatW(context->volumes, FIRN_PATH_SIZE, volumes[i]);
    }
}

static bool
send_with_context(FirnWriter *self, FirnCycleEvent event, bool has_volumes)
{
    static const GUID none = {0};
    FirnSnapshotContext context = {.backup_type = self->vss->lpVtbl->GetBackupType(self->vss)};
    GUID snapshot_set = {0};

    self->vss->lpVtbl->GetCurrentSnapshotSetId(self->vss, &snapshot_set);
    if (!IsEqualGUID(&snapshot_set, &none))
        firn_text_describe_guid(&snapshot_set, context.snapshot_set);
    if (has_volumes)
        get_volumes(self->vss, &context);
    return send_event(self, event, &context);
}

/* qemu-ga works with components, and adds those that can be selected: a writer without one may be
 * left out. */
static bool
on_identify(void *data, IVssCreateWriterMetadata *metadata)
{
    FirnWriter *self = data;
    IVssCreateWriterMetadataVtbl *calls = metadata->lpVtbl;

    return SUCCEEDED(calls->AddComponent(metadata,
                                         VSS_CT_FILEGROUP,
                                         NULL,
                                         L"hooks",
                                         L"firn's hooks",
                                         NULL,
                                         0,
                                         FALSE,
                                         TRUE,
                                         TRUE,
                                         FALSE,
                                         0)) &&
           SUCCEEDED(calls->AddFilesToFileGroup(metadata,
                                                NULL,
                                                L"hooks",
                                                self->folders.hooks,
                                                L"*",
                                                FALSE,
                                                NULL,
                                                VSS_FSBT_ALL_BACKUP_REQUIRED |
                                                    VSS_FSBT_ALL_SNAPSHOT_REQUIRED));
}

static bool
on_prepare_backup(void *data)
{
    return send_with_context(data, FIRN_EVENT_PREPARE_BACKUP, false);
}

static bool
on_prepare_snapshot(void *data)
{
    return send_with_context(data, FIRN_EVENT_PREPARE_SNAPSHOT, true);
}

static bool
on_freeze(void *data)
{
    return send_event(data, FIRN_EVENT_FREEZE, NULL);
}

static bool
on_thaw(void *data)
{
    firn_cycle_runner_send(((FirnWriter *)data)->runner, FIRN_EVENT_THAW, NULL);
    return true;
}

/* Obeyed whichever session it is of: a frozen application is worse than a lost snapshot. */
static bool
on_abort(void *data)
{
    firn_cycle_runner_send(((FirnWriter *)data)->runner, FIRN_EVENT_ABORT, NULL);
    return true;
}

static bool
on_backup_complete(void *data)
{
    firn_cycle_runner_send(((FirnWriter *)data)->runner, FIRN_EVENT_COMPLETE, NULL);
    return true;
}

/* The end of another requester, which has perhaps only listed writers, ends no snapshot. */
static bool
on_backup_shutdown(void *data, const GUID *snapshot_set)
{
    FirnWriter *self = data;
    char text[FIRN_RUN_GUID_SIZE];

    firn_text_describe_guid(snapshot_set, text);
    if (firn_cycle_runner_is_own(self->runner, text))
        firn_cycle_runner_send(self->runner, FIRN_EVENT_SHUTDOWN, NULL);
    return true;
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

static HRESULT
initialize(IVssWriterImpl *vss)
{
    return vss->lpVtbl->Initialize(vss,
                                   writer_id,
                                   WRITER_NAME,
                                   NULL,
                                   0,
                                   1,
                                   VSS_UT_USERDATA,
                                   VSS_ST_OTHER,
                                   VSS_APP_FRONT_END,
                                   FREEZE_TIMEOUT_MS,
                                   VSS_AWS_NO_ALTERNATE_WRITER,
                                   FALSE);
}

/* S_FALSE of Initialize is safe mode: such a writer can neither subscribe nor be uninitialized. */
static HRESULT
subscribe(FirnWriter *self)
{
    HRESULT result = firn_vss_library_create_writer(&self->object, &self->vss);

    if (FAILED(result))
        return result;
    result = initialize(self->vss);
    if (result == S_OK) {
        result =
            self->vss->lpVtbl->Subscribe(self->vss,
                                         0,
                                         VSS_SM_BACKUP_EVENTS_FLAG | VSS_SM_POST_SNAPSHOT_FLAG);
        if (SUCCEEDED(result))
            return S_OK;
        self->vss->lpVtbl->Uninitialize(self->vss);
    }
    self->vss->lpVtbl->Release(self->vss);
    self->vss = NULL;
    return result;
}

HRESULT
firn_writer_new(const FirnFolders *folders, FirnWriter **out_writer)
{
    FirnWriter *self = calloc(1, sizeof *self);
    HRESULT result = E_OUTOFMEMORY;

    if (self == NULL)
        return result;
    self->folders = *folders;
    firn_writer_object_init(&self->object, &calls, self);
    self->runner = firn_cycle_runner_new(folders);
    if (self->runner != NULL)
        result = subscribe(self);
    if (result == S_OK)
        *out_writer = self;
    else
        firn_writer_free(self);
    return result;
}

/* Thawed while VSS can still call, and released when it cannot any more. */
void
firn_writer_free(FirnWriter *self)
{
    if (self->vss != NULL) {
        firn_cycle_runner_send(self->runner, FIRN_EVENT_STOP, NULL);
        self->vss->lpVtbl->Unsubscribe(self->vss);
        self->vss->lpVtbl->Uninitialize(self->vss);
        self->vss->lpVtbl->Release(self->vss);
    }
    if (self->runner != NULL)
        firn_cycle_runner_free(self->runner);
    free(self);
}
