/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-requester.h"

#include "transcript.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <vss.h>
#include <vswriter.h>

#include <vsbackup.h>

#define WRITERS_MAX 16

typedef struct {
    int state;
    unsigned long failure;
    wchar_t name[128];
} Writer;

/* In the order in which a requester must go through them. */
typedef enum { OPENED, INITIALIZED, STATED, METADATA, STATUS, STATUS_FREED, METADATA_FREED } Phase;

static IVssBackupComponentsVtbl requester_table;
static IVssAsyncVtbl async_table;
static IVssBackupComponents requester = {&requester_table};
static IVssAsync async = {&async_table};
static Writer writers[WRITERS_MAX];
static UINT n_writers;
static Phase phase;
static int n_objects;
static bool hangs;
static HRESULT gather_result = VSS_S_ASYNC_FINISHED;
static bool is_gathering_status;

static HRESULT
advance(Phase expected, Phase next, const char *what)
{
    firn_transcript_add("%s", what);
    if (phase != expected) {
        firn_transcript_add("fault: %s comes in phase %d", what, phase);
        return VSS_E_BAD_STATE;
    }
    phase = next;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE
release_requester(IVssBackupComponents *self)
{
    firn_transcript_add("Release, %d objects left", --n_objects);
    return 0;
}

static ULONG STDMETHODCALLTYPE
release_async(IVssAsync *self)
{
    n_objects--;
    return 0;
}

static HRESULT STDMETHODCALLTYPE
initialize(IVssBackupComponents *self, BSTR xml)
{
    return advance(OPENED, INITIALIZED, "InitializeForBackup");
}

static HRESULT STDMETHODCALLTYPE
set_state(IVssBackupComponents *self,
          boolean selects_components,
          boolean has_system_state,
          VSS_BACKUP_TYPE type,
          boolean has_partial_files)
{
    firn_transcript_add("backup type %d", type);
    return advance(INITIALIZED, STATED, "SetBackupState");
}

static HRESULT
start_async(IVssAsync **out_async, bool is_status)
{
    is_gathering_status = is_status;
    n_objects++;
    *out_async = &async;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE
gather_metadata(IVssBackupComponents *self, IVssAsync **out_async)
{
    HRESULT result = advance(STATED, METADATA, "GatherWriterMetadata");

    return FAILED(result) ? result : start_async(out_async, false);
}

static HRESULT STDMETHODCALLTYPE
gather_status(IVssBackupComponents *self, IVssAsync **out_async)
{
    HRESULT result = advance(METADATA, STATUS, "GatherWriterStatus");

    return FAILED(result) ? result : start_async(out_async, true);
}

static HRESULT STDMETHODCALLTYPE
count_status(IVssBackupComponents *self, UINT *out_count)
{
    *out_count = n_writers;
    return phase == STATUS ? S_OK : VSS_E_BAD_STATE;
}

static HRESULT STDMETHODCALLTYPE
get_status(IVssBackupComponents *self,
           UINT index,
           VSS_ID *out_instance,
           VSS_ID *out_writer,
           BSTR *out_name,
           VSS_WRITER_STATE *out_state,
           HRESULT *out_failure)
{
    if (phase != STATUS || index >= n_writers)
        return VSS_E_BAD_STATE;
    *out_instance = (GUID){index, 0, 0, {1}};
    *out_writer = (GUID){index, 0, 0, {2}};
    *out_name = SysAllocString(writers[index].name);
    *out_state = writers[index].state;
    *out_failure = (HRESULT)writers[index].failure;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE
free_status(IVssBackupComponents *self)
{
    return advance(STATUS, STATUS_FREED, "FreeWriterStatus");
}

/* A requester that could not ask for the status frees the metadata without. */
static HRESULT STDMETHODCALLTYPE
free_metadata(IVssBackupComponents *self)
{
    if (phase == STATUS && (hangs || gather_result != VSS_S_ASYNC_FINISHED))
        phase = STATUS_FREED;
    return advance(STATUS_FREED, METADATA_FREED, "FreeWriterMetadata");
}

static HRESULT STDMETHODCALLTYPE
cancel_async(IVssAsync *self)
{
    firn_transcript_add("Cancel");
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE
wait_async(IVssAsync *self, DWORD timeout_ms)
{
    if (is_gathering_status && hangs)
        Sleep(timeout_ms);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE
query_async(IVssAsync *self, HRESULT *out_result, INT *reserved)
{
    *out_result = VSS_S_ASYNC_FINISHED;
    if (is_gathering_status)
        *out_result = hangs ? VSS_S_ASYNC_PENDING : gather_result;
    return S_OK;
}

static void
read_line(char *line)
{
    Writer *writer = &writers[n_writers];
    unsigned long result;
    int length = 0;

    line[strcspn(line, "\r\n")] = '\0';
    if (strcmp(line, "hang") == 0) {
        hangs = true;
    } else if (sscanf(line, "fail %lx", &result) == 1) {
        gather_result = (HRESULT)result;
    } else if (n_writers < WRITERS_MAX &&
               sscanf(line, "%d %lx %n", &writer->state, &writer->failure, &length) == 2) {
        MultiByteToWideChar(CP_UTF8, 0, line + length, -1, writer->name, 128);
        n_writers++;
    }
}

static void
read_writers(void)
{
    FILE *file = fopen(FIRN_FAKEVSS_FOLDER "\\writers.txt", "r");
    char line[256];

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        read_line(line);
    if (file != NULL)
        fclose(file);
}

HRESULT
firn_fake_requester_open(void **out_requester)
{
    requester_table.Release = release_requester;
    requester_table.InitializeForBackup = initialize;
    requester_table.SetBackupState = set_state;
    requester_table.GatherWriterMetadata = gather_metadata;
    requester_table.FreeWriterMetadata = free_metadata;
    requester_table.GatherWriterStatus = gather_status;
    requester_table.GetWriterStatusCount = count_status;
    requester_table.GetWriterStatus = get_status;
    requester_table.FreeWriterStatus = free_status;
    async_table.Release = release_async;
    async_table.Cancel = cancel_async;
    async_table.Wait = wait_async;
    async_table.QueryStatus = query_async;
    read_writers();
    n_objects++;
    *out_requester = &requester;
    return S_OK;
}
