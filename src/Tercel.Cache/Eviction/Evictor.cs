namespace Tercel.Cache;

internal static class Evictor
{
    public static bool TryMakeRoom(Keyspace keyspace, long bytes, long nowMs) =>
        keyspace.Eviction != EvictionPolicy.NoEviction && bytes < 0 && nowMs < 0;
}
