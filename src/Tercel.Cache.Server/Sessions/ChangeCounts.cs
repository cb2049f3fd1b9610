namespace Tercel.Cache.Server.Sessions;

/// <summary>Counts changes of keys without the loops getting in each other's way.</summary>
/// <remarks>Thread: every dispatcher has a cell of its own; any thread may ask for the sum.</remarks>
internal sealed class ChangeCounts
{
    private readonly Lock _lock = new();
    private Cell[] _cells = [];

    /// <summary>Changes of all cells.</summary>
    public long Sum
    {
        get
        {
            long sum = 0;
            foreach (var cell in Volatile.Read(ref _cells)) sum += Volatile.Read(ref cell.Count);
            return sum;
        }
    }

    public Cell AddCell()
    {
        var cell = new Cell();
        lock (_lock) Volatile.Write(ref _cells, [.. _cells, cell]);
        return cell;
    }

    /// <summary>What one dispatcher counts.</summary>
    internal sealed class Cell
    {
        internal long Count;

        public void Add(int changes) => Volatile.Write(ref Count, Count + changes);
    }
}
