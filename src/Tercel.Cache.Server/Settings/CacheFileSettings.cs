using Tercel.Chassis.Configuration;

namespace Tercel.Cache.Server.Settings;

/// <summary>The settings of the cache server that have to do with its files.</summary>
internal static class CacheFileSettings
{
    public static readonly Setting<string> Dir = CacheSettings.Declare(
        "dir", SettingType.Text(), ".", "The folder of snapshot, append-only file and logs of damage.");

    public static readonly Setting<string> DbFileName = CacheSettings.Declare(
        "dbfilename", SettingType.Text(255), "dump.rdb", "The name of the snapshot in `dir`.");

    public static readonly Setting<IReadOnlyList<SavePoint>> Save = CacheSettings.Declare(
        "save", CacheTypes.SavePoints, (IReadOnlyList<SavePoint>)[],
        "A snapshot after so many seconds with so many changes, such as `3600 1 300 100`; empty = only when asked.");

    public static readonly Setting<string> ShutdownOnSigterm = CacheSettings.Declare(
        "shutdown-on-sigterm", CacheTypes.Words("save", "nosave", "default"), "default",
        "Whether SIGTERM and SIGINT write a snapshot first; `default` does unless there is an append-only file.");

    public static readonly Setting<bool> StopWritesOnBgSaveError = CacheSettings.Declare(
        "stop-writes-on-bgsave-error", SettingType.Bool, true,
        "Refuses writes after a snapshot that `save` asked for has failed.");

    public static readonly Setting<bool> AppendOnly = CacheSettings.Declare(
        "appendonly", SettingType.Bool, false, "Keeps every change in the append-only file.");

    public static readonly Setting<AppendSync> AppendFsync = CacheSettings.Declare(
        "appendfsync", SettingType.Choice<AppendSync>(), AppendSync.EverySec,
        "When changes are made durable: before the reply, every second, or when the system likes.");

    public static readonly Setting<string> AppendFileName = CacheSettings.Declare(
        "appendfilename", SettingType.Text(255), "appendonly.aof", "The first part of the append-only files' names.");

    public static readonly Setting<string> AppendDirName = CacheSettings.Declare(
        "appenddirname", SettingType.Text(255), "appendonlydir", "The folder of the append-only files in `dir`.");

    public static readonly Setting<int> AutoAofRewritePercentage = CacheSettings.Declare(
        "auto-aof-rewrite-percentage", SettingType.Int(0, 1_000_000), 100,
        "The append-only file is rewritten when it has grown by so much since the last time; 0 = never.");

    public static readonly Setting<long> AutoAofRewriteMinSize = CacheSettings.Declare(
        "auto-aof-rewrite-min-size", CacheTypes.Memory(0, 1L << 50), 64L << 20,
        "The append-only file is not rewritten by itself before it has this size.");

    public static readonly Setting<bool> AofLoadTruncated = CacheSettings.Declare(
        "aof-load-truncated", SettingType.Bool, true,
        "Starts with an append-only file whose end is missing; else it is refused.");

    public static readonly Setting<bool> RdbCompression = CacheSettings.Declare(
        "rdbcompression", SettingType.Bool, true, "Compresses long strings in snapshots.");

    public static readonly Setting<string> DamagedFiles = CacheSettings.Declare(
        "damaged-files", CacheTypes.Words("refuse", "aside"), "refuse",
        "A damaged snapshot: `refuse` to start, or put it `aside` under another name and start empty.");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Dir, DbFileName, Save, ShutdownOnSigterm, StopWritesOnBgSaveError, AppendOnly, AppendFsync, AppendFileName,
        AppendDirName, AutoAofRewritePercentage, AutoAofRewriteMinSize, AofLoadTruncated,
        RdbCompression, DamagedFiles,
    ];
}
