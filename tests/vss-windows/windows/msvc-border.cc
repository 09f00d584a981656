// SPDX-License-Identifier: LGPL-2.1-or-later
// Compiled by clang for Microsoft's C++ ABI: the classes of vswriter.h, declared without that header, in the order of the Windows SDK.
// Both directions cross here: calls of a writer's methods, and the methods that a writer calls.
#include "msvc-border.h"

typedef const wchar_t *Text;

// Neither allocates: objects are the callers', or static.
void operator delete(void *, decltype(sizeof 0)) noexcept {}
extern "C" int _purecall() { return 0; }

class Metadata {
public:
    virtual HRESULT AddIncludeFiles(Text, Text, bool, Text);
    virtual HRESULT AddExcludeFiles(Text, Text, bool);
    virtual HRESULT AddComponent(int type, Text path, Text name, Text caption, const unsigned char *icon, unsigned icon_size,
                                 bool restores_metadata, bool notifies, bool is_selectable, bool is_selectable_for_restore,
                                 DWORD flags);
    virtual HRESULT AddDatabaseFiles(Text, Text, Text, Text, DWORD);
    virtual HRESULT AddDatabaseLogFiles(Text, Text, Text, Text, DWORD);
    virtual HRESULT AddFilesToFileGroup(Text path, Text group, Text folder, Text files, bool is_recursive, Text alternate, DWORD mask);
    virtual HRESULT SetRestoreMethod(int, Text, Text, int, bool);
    virtual HRESULT AddAlternateLocationMapping(Text, Text, bool, Text);
    virtual HRESULT AddComponentDependency(Text, Text, GUID, Text, Text);
    virtual HRESULT SetBackupSchema(DWORD);
    virtual HRESULT GetDocument(void **);
    virtual HRESULT SaveAsXML(wchar_t **);
};

class CVssWriter {
public:
    virtual ~CVssWriter() {}
    virtual bool OnIdentify(Metadata *) = 0;
    virtual bool OnPrepareBackup(void *) = 0;
    virtual bool OnPrepareSnapshot() = 0;
    virtual bool OnFreeze() = 0;
    virtual bool OnThaw() = 0;
    virtual bool OnAbort() = 0;
    virtual bool OnBackupComplete(void *) = 0;
    virtual bool OnBackupShutdown(GUID) = 0;
    virtual bool OnPreRestore(void *) = 0;
    virtual bool OnPostRestore(void *) = 0;
    virtual bool OnPostSnapshot(void *) = 0;
    virtual bool OnBackOffIOOnVolume(wchar_t *, GUID, GUID) = 0;
    virtual bool OnContinueIOOnVolume(wchar_t *, GUID, GUID) = 0;
    virtual bool OnVSSShutdown() = 0;
    virtual bool OnVSSApplicationStartup() = 0;
};

class IVssWriterImpl {
public:
    virtual HRESULT QueryInterface(const GUID &, void **);
    virtual unsigned long AddRef();
    virtual unsigned long Release();
    virtual HRESULT Initialize(GUID id, Text name, Text instance, DWORD major, DWORD minor, int usage, int source, int level,
                               DWORD timeout, int alternate, bool throttles_only);
    virtual HRESULT Subscribe(DWORD timeout, DWORD events);
    virtual HRESULT Unsubscribe();
    virtual void Uninitialize();
    virtual Text *GetCurrentVolumeArray();
    virtual unsigned GetCurrentVolumeCount();
    virtual HRESULT GetSnapshotDeviceName(Text, Text *);
    virtual GUID GetCurrentSnapshotSetId();
    virtual long GetContext();
    virtual int GetCurrentLevel();
    virtual bool IsPathAffected(Text);
    virtual bool IsBootableSystemStateBackedUp();
    virtual bool AreComponentsSelected();
    virtual int GetBackupType();
    virtual int GetRestoreType();
    virtual HRESULT SetWriterFailure(HRESULT);
    virtual bool IsPartialFileSupportEnabled();
    virtual HRESULT InstallAlternateWriter(GUID, GUID);
    virtual void *GetIdentityInformation();
    virtual HRESULT SetWriterFailureEx(HRESULT failure, HRESULT application, Text message);
    virtual HRESULT GetSessionId(GUID *);
    virtual bool IsWriterShuttingDown();
};

static const FirnBorderVss *vss;
static Metadata metadata;
static IVssWriterImpl writer_impl;

static HRESULT other(const char *name)
{
    vss->other(name);
    return E_NOTIMPL;
}

HRESULT Metadata::AddIncludeFiles(Text, Text, bool, Text) { return other("AddIncludeFiles"); }
HRESULT Metadata::AddExcludeFiles(Text, Text, bool) { return other("AddExcludeFiles"); }
HRESULT Metadata::AddComponent(int type, Text, Text name, Text, const unsigned char *, unsigned, bool, bool notifies,
                               bool is_selectable, bool, DWORD)
{
    return vss->add_component(type, name, notifies, is_selectable);
}
HRESULT Metadata::AddDatabaseFiles(Text, Text, Text, Text, DWORD) { return other("AddDatabaseFiles"); }
HRESULT Metadata::AddDatabaseLogFiles(Text, Text, Text, Text, DWORD) { return other("AddDatabaseLogFiles"); }
HRESULT Metadata::AddFilesToFileGroup(Text, Text group, Text folder, Text files, bool, Text, DWORD mask)
{
    return vss->add_files(group, folder, files, mask);
}
HRESULT Metadata::SetRestoreMethod(int, Text, Text, int, bool) { return other("SetRestoreMethod"); }
HRESULT Metadata::AddAlternateLocationMapping(Text, Text, bool, Text) { return other("AddAlternateLocationMapping"); }
HRESULT Metadata::AddComponentDependency(Text, Text, GUID, Text, Text) { return other("AddComponentDependency"); }
HRESULT Metadata::SetBackupSchema(DWORD) { return other("SetBackupSchema"); }
HRESULT Metadata::GetDocument(void **) { return other("GetDocument"); }
HRESULT Metadata::SaveAsXML(wchar_t **) { return other("SaveAsXML"); }

HRESULT IVssWriterImpl::QueryInterface(const GUID &, void **) { return other("QueryInterface"); }
unsigned long IVssWriterImpl::AddRef() { return (unsigned long)other("AddRef"); }
unsigned long IVssWriterImpl::Release() { return vss->release(); }
HRESULT IVssWriterImpl::Initialize(GUID id, Text name, Text instance, DWORD major, DWORD minor, int usage, int source, int level,
                                   DWORD timeout, int alternate, bool throttles_only)
{
    FirnBorderSubscription subscription = {id,    name,  instance, major,     minor,         usage,
                                           source, level, timeout,  alternate, throttles_only};
    return vss->initialize(&subscription);
}
HRESULT IVssWriterImpl::Subscribe(DWORD timeout, DWORD events) { return vss->subscribe(timeout, events); }
HRESULT IVssWriterImpl::Unsubscribe() { return vss->unsubscribe(); }
void IVssWriterImpl::Uninitialize() { vss->uninitialize(); }
Text *IVssWriterImpl::GetCurrentVolumeArray() { return vss->get_volumes(); }
unsigned IVssWriterImpl::GetCurrentVolumeCount() { return vss->count_volumes(); }
HRESULT IVssWriterImpl::GetSnapshotDeviceName(Text, Text *) { return other("GetSnapshotDeviceName"); }
GUID IVssWriterImpl::GetCurrentSnapshotSetId() { return vss->get_snapshot_set(); }
long IVssWriterImpl::GetContext() { return other("GetContext"); }
int IVssWriterImpl::GetCurrentLevel() { return other("GetCurrentLevel"); }
bool IVssWriterImpl::IsPathAffected(Text) { return other("IsPathAffected") == 0; }
bool IVssWriterImpl::IsBootableSystemStateBackedUp() { return other("IsBootableSystemStateBackedUp") == 0; }
bool IVssWriterImpl::AreComponentsSelected() { return other("AreComponentsSelected") == 0; }
int IVssWriterImpl::GetBackupType() { return vss->get_backup_type(); }
int IVssWriterImpl::GetRestoreType() { return other("GetRestoreType"); }
HRESULT IVssWriterImpl::SetWriterFailure(HRESULT) { return other("SetWriterFailure"); }
bool IVssWriterImpl::IsPartialFileSupportEnabled() { return other("IsPartialFileSupportEnabled") == 0; }
HRESULT IVssWriterImpl::InstallAlternateWriter(GUID, GUID) { return other("InstallAlternateWriter"); }
void *IVssWriterImpl::GetIdentityInformation() { return other("GetIdentityInformation") == 0 ? this : nullptr; }
HRESULT IVssWriterImpl::SetWriterFailureEx(HRESULT failure, HRESULT application, Text message)
{
    return vss->set_failure(failure, application, message);
}
HRESULT IVssWriterImpl::GetSessionId(GUID *session) { return vss->get_session(session); }
bool IVssWriterImpl::IsWriterShuttingDown() { return other("IsWriterShuttingDown") == 0; }

void *firn_border_open_vss(const FirnBorderVss *methods)
{
    vss = methods;
    return &writer_impl;
}

bool firn_border_call(void *object, FirnBorderCall call, const GUID *id)
{
    CVssWriter *writer = static_cast<CVssWriter *>(object);
    wchar_t volume[] = L"C:";

    switch (call) {
    case FIRN_BORDER_IDENTIFY:
        return writer->OnIdentify(&metadata);
    case FIRN_BORDER_PREPARE_BACKUP:
        return writer->OnPrepareBackup(nullptr);
    case FIRN_BORDER_PREPARE_SNAPSHOT:
        return writer->OnPrepareSnapshot();
    case FIRN_BORDER_FREEZE:
        return writer->OnFreeze();
    case FIRN_BORDER_THAW:
        return writer->OnThaw();
    case FIRN_BORDER_ABORT:
        return writer->OnAbort();
    case FIRN_BORDER_BACKUP_COMPLETE:
        return writer->OnBackupComplete(nullptr);
    case FIRN_BORDER_BACKUP_SHUTDOWN:
        return writer->OnBackupShutdown(*id);
    case FIRN_BORDER_PRE_RESTORE:
        return writer->OnPreRestore(nullptr);
    case FIRN_BORDER_POST_RESTORE:
        return writer->OnPostRestore(nullptr);
    case FIRN_BORDER_POST_SNAPSHOT:
        return writer->OnPostSnapshot(nullptr);
    case FIRN_BORDER_BACK_OFF_IO:
        return writer->OnBackOffIOOnVolume(volume, *id, *id);
    case FIRN_BORDER_CONTINUE_IO:
        return writer->OnContinueIOOnVolume(volume, *id, *id);
    case FIRN_BORDER_VSS_SHUTDOWN:
        return writer->OnVSSShutdown();
    default:
        return writer->OnVSSApplicationStartup();
    }
}

void firn_border_destroy(void *object)
{
    delete static_cast<CVssWriter *>(object);
}
