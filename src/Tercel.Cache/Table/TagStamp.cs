namespace Tercel.Cache.Table;

/// <summary>Eight bytes of an entry with tags: <c>epoch 40 | set of tags 24</c>.</summary>
/// <remarks>The epoch counts invalidations: 40 bits last for 34 years at 1000 per second.</remarks>
internal static class TagStamp
{
    public const int SetBits = 24;

    public static uint SetOf(ulong stamp) => (uint)stamp & ((1u << SetBits) - 1);

    public static ulong EpochOf(ulong stamp) => stamp >> SetBits;

    public static ulong Make(uint set, ulong epoch) => (epoch << SetBits) | set;
}
