using Tercel.Cache.Memory;

namespace Tercel.Cache.Values;

/// <summary>A set in shard memory.</summary>
public readonly ref struct SetValue
{
    internal static void Free(NodeHeap heap, ulong root) => throw new NotImplementedException();

    internal static long CountOf(ulong root) => throw new NotImplementedException();

    internal static long BytesUsed(ulong root) => throw new NotImplementedException();

    internal static ReadOnlySpan<byte> EncodingName(ulong root) => throw new NotImplementedException();

    internal static ulong Clone(ulong root, NodeHeap to) => throw new NotImplementedException();

    internal static void IntegrityCheck(ulong root) => throw new NotImplementedException();
}
