using System.Diagnostics.CodeAnalysis;

namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>The bytes are not what the format allows, or hold something we do not have.</summary>
/// <remarks>Caught where the file or payload was opened, which adds its name.</remarks>
internal sealed class RdbException(string message, long offset) : Exception(message)
{
    /// <summary>Where in the file it was noticed. Units: bytes.</summary>
    public long Offset { get; } = offset;

    [DoesNotReturn]
    public static void Throw(string message, long offset) => throw new RdbException(message, offset);
}
