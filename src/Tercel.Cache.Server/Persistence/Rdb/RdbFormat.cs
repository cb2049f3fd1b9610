namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>The numbers of the RDB format. Source: redis/src/rdb.h, versions 2.6 to 7.4.</summary>
internal static class RdbFormat
{
    /// <summary>What we write; redis-server 7.0 and later read it.</summary>
    public const int VersionWritten = 10;

    /// <summary>The newest version read: Redis 7.4 and 8.0.</summary>
    public const int VersionMax = 12;

    /// <summary>From this version on a checksum ends the file.</summary>
    public const int VersionWithChecksum = 5;

    /// <summary>Magic and four digits of version.</summary>
    public const int HeaderBytes = 9;

    public const int ChecksumBytes = 8;

    public const byte OpSlotInfo = 244;
    public const byte OpFunction2 = 245;
    public const byte OpFunctionEarly = 246;
    public const byte OpModuleAux = 247;
    public const byte OpIdle = 248;
    public const byte OpFrequency = 249;
    public const byte OpAux = 250;
    public const byte OpResizeDb = 251;
    public const byte OpExpireMs = 252;
    public const byte OpExpire = 253;
    public const byte OpSelectDb = 254;
    public const byte OpEof = 255;

    public const byte EncodedInt8 = 0;
    public const byte EncodedInt16 = 1;
    public const byte EncodedInt32 = 2;
    public const byte EncodedLzf = 3;

    /// <summary>AUX field in front of an entry: what our entries have and RDB has no place for.</summary>
    public static ReadOnlySpan<byte> EntryAux => "tercel-entry"u8;

    /// <summary>AUX field that names a set of tags by number before its first use.</summary>
    /// <summary>A policy of a prefix, see FlightPolicy.Text.</summary>
    public static ReadOnlySpan<byte> PolicyAux => "tercel-policy"u8;

    public static ReadOnlySpan<byte> TagSetAux => "tercel-tagset"u8;

    public static ReadOnlySpan<byte> Magic => "REDIS"u8;
}

/// <summary>How a value is laid out. Source: RDB_TYPE_* of redis/src/rdb.h.</summary>
internal enum RdbType : byte
{
    String = 0,
    List = 1,
    Set = 2,
    SortedSetText = 3,
    Hash = 4,
    SortedSet = 5,
    ModuleEarly = 6,
    Module = 7,
    HashZipmap = 9,
    ListZiplist = 10,
    SetIntset = 11,
    SortedSetZiplist = 12,
    HashZiplist = 13,
    ListQuicklist = 14,
    Stream = 15,
    HashListpack = 16,
    SortedSetListpack = 17,
    ListQuicklist2 = 18,
    Stream2 = 19,
    SetListpack = 20,
    Stream3 = 21,
    HashExpiringEarly = 22,
    HashListpackExpiringEarly = 23,
    HashExpiring = 24,
    HashListpackExpiring = 25,
}
