using System.Runtime.InteropServices;

namespace Tercel.Data.Sqlite;

// The state of one aggregate over one group. Unsafe, because its values come from SQLite as pointers.
internal abstract unsafe class SqliteAggregate : IDisposable
{
    // Numbers that a median or percentile keeps, 32 MB: more is an error instead of an exhausted machine.
    public const int NumbersMax = 4_000_000;

    public abstract void Step(nint* values);

    // Sets the result; none is NULL.
    public abstract void Final(nint context);

    public virtual void Dispose()
    {
    }
}

// Interpolates between the two nearest values, as PostgreSQL's percentile_cont does; NULLs do not count.
internal sealed unsafe class PercentileAggregate : SqliteAggregate
{
    private readonly List<double> _numbers = [];

    // From 0 (smallest) to 1 (largest).
    public double Fraction { get; set; } = 0.5;

    public override void Step(nint* values)
    {
        if (!(Fraction is >= 0 and <= 1)) throw new SqliteFunctionException("a percentile lies between 0 and 1");
        if (!SqliteArgument.TryNumber(values[0], out var number)) return;
        if (_numbers.Count == NumbersMax)
            throw new SqliteFunctionException($"a percentile takes at most {NumbersMax} values", SqliteCode.TooBig);
        _numbers.Add(number);
    }

    public override void Final(nint context)
    {
        if (_numbers.Count == 0) return;
        var sorted = CollectionsMarshal.AsSpan(_numbers);
        sorted.Sort();
        var place = Fraction * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var low = sorted[below];
        var high = sorted[Math.Min(below + 1, sorted.Length - 1)];
        SqliteNative.sqlite3_result_double(context, low + ((place - below) * (high - low)));
    }
}

// Standard deviation of a sample, as PostgreSQL's stddev: NULL for fewer than two values. Welford's method.
internal sealed unsafe class DeviationAggregate : SqliteAggregate
{
    private long _count;
    private double _mean;
    private double _squares;

    public override void Step(nint* values)
    {
        if (!SqliteArgument.TryNumber(values[0], out var number)) return;
        _count++;
        var off = number - _mean;
        _mean += off / _count;
        _squares += off * (number - _mean);
    }

    public override void Final(nint context)
    {
        if (_count > 1) SqliteNative.sqlite3_result_double(context, Math.Sqrt(_squares / (_count - 1)));
    }
}

// The value of the row whose order is smallest; the earliest of equals. Rows without order (NULL) do not count.
internal sealed class FirstAggregate : EdgeAggregate
{
    protected override bool IsBetter(int comparison) => comparison < 0;
}

// The value of the row whose order is largest; the latest of equals.
internal sealed class LastAggregate : EdgeAggregate
{
    protected override bool IsBetter(int comparison) => comparison >= 0;
}

// Keeps SQLite's own copies of the best row's value and order.
internal abstract unsafe class EdgeAggregate : SqliteAggregate
{
    private nint _value;
    private nint _order;

    public override void Step(nint* values)
    {
        if (SqliteArgument.IsNull(values[1])) return;
        if (_order != 0 && !IsBetter(Compare(values[1], _order))) return;
        Free();
        _value = SqliteNative.sqlite3_value_dup(values[0]);
        _order = SqliteNative.sqlite3_value_dup(values[1]);
        if (_value == 0 || _order == 0) throw new SqliteFunctionException("out of memory", SqliteCode.NoMemory);
    }

    public override void Final(nint context)
    {
        if (_value != 0) SqliteNative.sqlite3_result_value(context, _value);
    }

    public override void Dispose()
    {
        Free();
        base.Dispose();
    }

    protected abstract bool IsBetter(int comparison);

    private void Free()
    {
        SqliteNative.sqlite3_value_free(_value); // freeing 0 does nothing
        SqliteNative.sqlite3_value_free(_order);
        _value = _order = 0;
    }

    // SQLite's order of storage classes: numbers, texts by their bytes, blobs.
    private static int Compare(nint left, nint right)
    {
        var (leftRank, rightRank) = (Rank(left), Rank(right));
        if (leftRank != rightRank) return leftRank.CompareTo(rightRank);
        if (leftRank != 0) return SqliteArgument.Blob(left).SequenceCompareTo(SqliteArgument.Blob(right));
        return IsInteger(left) && IsInteger(right)
            ? SqliteNative.sqlite3_value_int64(left).CompareTo(SqliteNative.sqlite3_value_int64(right))
            : SqliteNative.sqlite3_value_double(left).CompareTo(SqliteNative.sqlite3_value_double(right));
    }

    private static int Rank(nint value) => SqliteNative.sqlite3_value_type(value) switch
    {
        SqliteCode.TypeText => 1,
        SqliteCode.TypeBlob => 2,
        _ => 0,
    };

    private static bool IsInteger(nint value) => SqliteNative.sqlite3_value_type(value) == SqliteCode.TypeInteger;
}
