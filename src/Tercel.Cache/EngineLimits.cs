namespace Tercel.Cache;

/// <summary>The bounds of what the engine stores.</summary>
public static class EngineLimits
{
    /// <summary>Longest key. Units: bytes.</summary>
    public const int KeyBytesMax = 65_535;

    /// <summary>Largest string value, field or member. Units: bytes. Source: the same as Redis' default
    /// <c>proto-max-bulk-len</c>.</summary>
    public const int ValueBytesMax = 512 * 1024 * 1024;

    /// <summary>The latest expiry that can be stored, in the year 10889; later ones are cut to it. Units: Unix
    /// milliseconds.</summary>
    public const long ExpireAtMsMax = (1L << 48) - 1;

    /// <summary>Number of databases a key can belong to (four bits of the entry's header).</summary>
    public const int DatabaseCount = 16;
}
