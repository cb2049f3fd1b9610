using System.Runtime.CompilerServices;
using Tercel.Primitives;

namespace Tercel.Cache.Table;

/// <summary>The number that entries of a database carry: flushing a database gives it another one.</summary>
/// <remarks>What carries a number that no database has is dead: it is not found, and swept away in the background. Then
/// the number is free again. Thread: read with any shard entered, changed with all entered.</remarks>
internal sealed class Spaces
{
    public const int Count = 256;

    private readonly byte[] _ofDatabase = new byte[EngineLimits.DatabaseCount];
    private readonly int[] _databaseOf = new int[Count];
    private readonly bool[] _isUsed = new bool[Count];

    public Spaces()
    {
        Array.Fill(_databaseOf, -1);
        for (var i = 0; i < _ofDatabase.Length; i++)
        {
            _ofDatabase[i] = (byte)i;
            _databaseOf[i] = i;
            _isUsed[i] = true;
        }
    }

    /// <summary>The number of a database now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Of(int database) => _ofDatabase[database];

    /// <summary>The database that has this number; -1 = none, its entries are dead.</summary>
    public int DatabaseOf(byte space) => _databaseOf[space];

    public bool IsDead(byte space) => _databaseOf[space] < 0;

    /// <summary>Numbers whose entries are dead but may still be there.</summary>
    public int DeadCount { get; private set; }

    /// <summary>Gives a database a fresh number; false when there is none left, until sweeping frees some.</summary>
    public bool TryRenew(int database)
    {
        var fresh = Array.IndexOf(_isUsed, false);
        if (fresh < 0) return false;
        _databaseOf[_ofDatabase[database]] = -1;
        DeadCount++;
        _isUsed[fresh] = true;
        _databaseOf[fresh] = database;
        _ofDatabase[database] = (byte)fresh;
        return true;
    }

    public void Swap(int first, int second)
    {
        (_ofDatabase[first], _ofDatabase[second]) = (_ofDatabase[second], _ofDatabase[first]);
        _databaseOf[_ofDatabase[first]] = first;
        _databaseOf[_ofDatabase[second]] = second;
    }

    /// <summary>Says that no entry carries this dead number any more.</summary>
    public void Release(byte space)
    {
        Invariant.Holds(IsDead(space));
        lock (_isUsed)
        {
            // Two shards may notice at once.
            if (!_isUsed[space]) return;
            _isUsed[space] = false;
            DeadCount--;
        }
    }

    public bool IsDeadAndUsed(byte space) => _isUsed[space] && IsDead(space);
}
