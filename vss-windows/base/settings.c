/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings.h"

#include <wchar.h>

static const wchar_t own_key[] = L"SOFTWARE\\firn\\vss";
static const wchar_t provider_key[] = L"SYSTEM\\CurrentControlSet\\Services\\" FIRN_PROVIDER_NAME;

uint32_t
firn_settings_next_counter(void)
{
    DWORD counter = 0, size = sizeof counter;

    RegGetValueW(HKEY_LOCAL_MACHINE,
                 own_key,
                 L"RunCounter",
                 RRF_RT_REG_DWORD,
                 NULL,
                 &counter,
                 &size);
    counter++;
    if (RegSetKeyValueW(HKEY_LOCAL_MACHINE,
                        own_key,
                        L"RunCounter",
                        REG_DWORD,
                        &counter,
                        sizeof counter) != ERROR_SUCCESS)
        return 0;
    return counter;
}

bool
firn_settings_ignore_failures(void)
{
    wchar_t value[16] = L"";
    DWORD size = sizeof value;

    return RegGetValueW(HKEY_LOCAL_MACHINE,
                        own_key,
                        L"HookFailures",
                        RRF_RT_REG_SZ,
                        NULL,
                        value,
                        &size) == ERROR_SUCCESS &&
           wcscmp(value, L"ignore") == 0;
}

DWORD
firn_settings_get_backup_option(uint32_t *out_option)
{
    DWORD option = 0, size = sizeof option;
    DWORD error = (DWORD)RegGetValueW(HKEY_LOCAL_MACHINE,
                                      provider_key,
                                      L"VssOption",
                                      RRF_RT_REG_DWORD,
                                      NULL,
                                      &option,
                                      &size);

    if (error == ERROR_SUCCESS)
        *out_option = option;
    return error;
}

DWORD
firn_settings_set_backup_option(uint32_t option)
{
    DWORD value = option;
    HKEY key = NULL;
    /* The key must be there: without the provider the value would be read by nothing. */
    DWORD error = (DWORD)RegOpenKeyExW(HKEY_LOCAL_MACHINE, provider_key, 0, KEY_SET_VALUE, &key);

    if (error != ERROR_SUCCESS)
        return error;
    error =
        (DWORD)RegSetValueExW(key, L"VssOption", 0, REG_DWORD, (const BYTE *)&value, sizeof value);
    RegCloseKey(key);
    return error;
}
