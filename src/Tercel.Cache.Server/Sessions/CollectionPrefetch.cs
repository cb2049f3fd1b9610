// Why this is correct: reads the batch's own entries; the engine enters the shards it looks into.
namespace Tercel.Cache.Server.Sessions;

/// <summary>Loads the fields and members that the commands of a batch are about to look for.</summary>
/// <remarks>Thread: one loop, before the batch runs. Worth it from two such commands on, whose waits for memory then
/// overlap.</remarks>
internal static unsafe class CollectionPrefetch
{
    public static void Run(Keyspace keyspace, CommandBatch batch)
    {
        var first = Next(batch, 0);
        if (first == batch.Count || Next(batch, first + 1) == batch.Count) return;
        var prefetch = new ElementPrefetch(keyspace);
        try
        {
            for (var i = first; i < batch.Count; i = Next(batch, i + 1))
                prefetch.Near(batch.At(i)->Hash, Element(batch, i));
            prefetch.Leave();
            if (!prefetch.NeedsFar) return;
            for (var i = first; i < batch.Count; i = Next(batch, i + 1))
                prefetch.Far(batch.At(i)->Hash, Element(batch, i));
        }
        finally
        {
            prefetch.Leave();
        }
    }

    /// <summary>The next command that names an element, or the end.</summary>
    private static int Next(CommandBatch batch, int index)
    {
        while (index < batch.Count && !NamesElement(batch, index)) index++;
        return index;
    }

    private static bool NamesElement(CommandBatch batch, int index) =>
        batch.At(index)->IsPlain && batch.InfoAt(index) is { ElementIndex: > 0 };

    private static ReadOnlySpan<byte> Element(CommandBatch batch, int index) =>
        batch.ArgsAt(index)[batch.InfoAt(index)?.ElementIndex ?? 0];
}
