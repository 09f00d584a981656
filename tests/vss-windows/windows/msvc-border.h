/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#ifdef __cplusplus
/* The C++ side has no headers of mingw, so that it shares no mistake with the product. */
typedef long HRESULT;
typedef unsigned long DWORD;
struct GUID {
    unsigned long Data1;
    unsigned short Data2;
    unsigned short Data3;
    unsigned char Data4[8];
};
#define E_NOTIMPL ((HRESULT)0x80004001L)
extern "C" {
#else
#include <stdbool.h>
#include <windows.h>
#endif

/**
 * FirnBorderCall:
 *
 * The virtual methods of CVssWriter, in the order in which they are declared.
 */
typedef enum {
    FIRN_BORDER_IDENTIFY,
    FIRN_BORDER_PREPARE_BACKUP,
    FIRN_BORDER_PREPARE_SNAPSHOT,
    FIRN_BORDER_FREEZE,
    FIRN_BORDER_THAW,
    FIRN_BORDER_ABORT,
    FIRN_BORDER_BACKUP_COMPLETE,
    FIRN_BORDER_BACKUP_SHUTDOWN,
    FIRN_BORDER_PRE_RESTORE,
    FIRN_BORDER_POST_RESTORE,
    FIRN_BORDER_POST_SNAPSHOT,
    FIRN_BORDER_BACK_OFF_IO,
    FIRN_BORDER_CONTINUE_IO,
    FIRN_BORDER_VSS_SHUTDOWN,
    FIRN_BORDER_APPLICATION_STARTUP,
    FIRN_BORDER_N_CALLS,
} FirnBorderCall;

/**
 * FirnBorderSubscription:
 *
 * All that a writer says in IVssWriterImpl::Initialize().
 */
typedef struct {
    GUID id;
    const wchar_t *name;
    const wchar_t *instance;
    DWORD major;
    DWORD minor;
    int usage;
    int source;
    int level;
    DWORD timeout_ms;
    int alternate;
    bool throttles_only;
} FirnBorderSubscription;

/**
 * FirnBorderVss:
 *
 * What a method of IVssWriterImpl or IVssCreateWriterMetadata does; a method that has none here
 * calls @other with its name.
 */
typedef struct {
    unsigned long (*release)(void);
    HRESULT (*initialize)(const FirnBorderSubscription *subscription);
    HRESULT (*subscribe)(DWORD timeout_ms, DWORD events);
    HRESULT (*unsubscribe)(void);
    void (*uninitialize)(void);
    const wchar_t **(*get_volumes)(void);
    unsigned int (*count_volumes)(void);
    GUID (*get_snapshot_set)(void);
    int (*get_backup_type)(void);
    HRESULT (*set_failure)(HRESULT failure, HRESULT application, const wchar_t *message);
    HRESULT (*get_session)(GUID *session);
    HRESULT (*add_component)(int type, const wchar_t *name, bool notifies, bool is_selectable);
    HRESULT(*add_files)
    (const wchar_t *group, const wchar_t *path, const wchar_t *files, DWORD mask);
    void (*other)(const char *name);
} FirnBorderVss;

/**
 * firn_border_call:
 * @writer: an object of the class CVssWriter
 * @id: for the calls that have one; passed by value
 *
 * Calls a virtual method as Microsoft's compiler would.
 *
 * Returns: what the method returned
 */
bool firn_border_call(void *writer, FirnBorderCall call, const GUID *id);

/**
 * firn_border_destroy:
 * @writer: an object of the class CVssWriter
 *
 * Deletes it, as Microsoft's compiler would.
 */
void firn_border_destroy(void *writer);

/**
 * firn_border_open_vss:
 * @vss: what the methods do
 *
 * Returns: (transfer none): an object of the class IVssWriterImpl, laid out by clang as Microsoft's
 * compiler lays it out
 */
void *firn_border_open_vss(const FirnBorderVss *vss);

#ifdef __cplusplus
}
#endif
