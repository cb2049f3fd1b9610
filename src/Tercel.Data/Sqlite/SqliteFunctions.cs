using System.Runtime.InteropServices;
using System.Text;

namespace Tercel.Data.Sqlite;

// Adds this project's SQL functions to a connection (their list is in the README of this project). Unsafe, because
// SQLite calls them with pointers to its values; no exception ever leaves a callback: it becomes the statement's
// error.
internal sealed unsafe class SqliteFunctions : IDisposable
{
    private const int ScalarFlags = SqliteCode.Utf8 | SqliteCode.Deterministic | SqliteCode.Innocuous;

    private readonly RegexCache _regexes = new();
    private GCHandle _self;

    private SqliteFunctions() => _self = GCHandle.Alloc(this);

    public static SqliteFunctions Register(SqliteConnection connection)
    {
        var functions = new SqliteFunctions();
        var state = GCHandle.ToIntPtr(functions._self);
        var db = connection.Handle;
        Scalar("tercel_fold\0"u8, 1, &Fold);
        Scalar("tercel_upper\0"u8, 1, &Upper);
        Scalar("tercel_like\0"u8, 2, &Like);
        Scalar("tercel_regex\0"u8, 2, &MatchRegex);
        Scalar("tercel_bucket\0"u8, 2, &Bucket);
        Aggregate("median\0"u8, 1, &StepMedian);
        Aggregate("tercel_percentile\0"u8, 2, &StepPercentile);
        Aggregate("stddev\0"u8, 1, &StepDeviation);
        Aggregate("tercel_first\0"u8, 2, &StepFirst);
        Aggregate("tercel_last\0"u8, 2, &StepLast);
        return functions;

        void Scalar(ReadOnlySpan<byte> name, int arguments, delegate* unmanaged<nint, int, nint*, void> function) =>
            Create(name, arguments, function, null, null);

        void Aggregate(ReadOnlySpan<byte> name, int arguments, delegate* unmanaged<nint, int, nint*, void> step) =>
            Create(name, arguments, null, step, &Final);

        void Create(
            ReadOnlySpan<byte> name, int arguments, delegate* unmanaged<nint, int, nint*, void> function,
            delegate* unmanaged<nint, int, nint*, void> step, delegate* unmanaged<nint, void> final)
        {
            fixed (byte* text = name)
            {
                var code = SqliteNative.sqlite3_create_function_v2(
                    db, text, arguments, ScalarFlags, state, function, step, final, 0);
                if (code != SqliteCode.Ok) throw connection.Failure(code);
            }
        }
    }

    // After the connection is closed.
    public void Dispose() => _self.Free();

    [UnmanagedCallersOnly]
    private static void Fold(nint context, int count, nint* values) => Guarded(context, values, &FoldValue);

    [UnmanagedCallersOnly]
    private static void Upper(nint context, int count, nint* values) => Guarded(context, values, &UpperValue);

    [UnmanagedCallersOnly]
    private static void Like(nint context, int count, nint* values) => Guarded(context, values, &LikeValues);

    [UnmanagedCallersOnly]
    private static void MatchRegex(nint context, int count, nint* values) => Guarded(context, values, &MatchValues);

    [UnmanagedCallersOnly]
    private static void Bucket(nint context, int count, nint* values) => Guarded(context, values, &BucketValue);

    [UnmanagedCallersOnly]
    private static void StepMedian(nint context, int count, nint* values) =>
        Guarded(context, values, &Step<PercentileAggregate>);

    [UnmanagedCallersOnly]
    private static void StepPercentile(nint context, int count, nint* values) =>
        Guarded(context, values, &StepFraction);

    [UnmanagedCallersOnly]
    private static void StepDeviation(nint context, int count, nint* values) =>
        Guarded(context, values, &Step<DeviationAggregate>);

    [UnmanagedCallersOnly]
    private static void StepFirst(nint context, int count, nint* values) =>
        Guarded(context, values, &Step<FirstAggregate>);

    [UnmanagedCallersOnly]
    private static void StepLast(nint context, int count, nint* values) =>
        Guarded(context, values, &Step<LastAggregate>);

    // SQLite calls this for every aggregate that was stepped, after an error too, so the state is always freed.
    [UnmanagedCallersOnly]
    private static void Final(nint context) => Guarded(context, null, &FinalValue);

    private static void FoldValue(nint context, nint* values)
    {
        var text = SqliteArgument.Utf8(values[0]);
        if (SqliteArgument.IsNull(values[0]) || TextFolding.IsFolded(text))
        {
            SqliteNative.sqlite3_result_value(context, values[0]);
            return;
        }

        using var folded = new PooledBytes(TextFolding.BytesMax(text.Length));
        Result(context, folded.Span[..TextFolding.Fold(text, folded.Span)]);
    }

    private static void UpperValue(nint context, nint* values)
    {
        if (SqliteArgument.IsNull(values[0])) return;
        var text = SqliteArgument.Utf8(values[0]);
        using var raised = new PooledBytes(TextFolding.BytesMax(text.Length));
        Result(context, raised.Span[..TextFolding.Raise(text, raised.Span)]);
    }

    private static void LikeValues(nint context, nint* values)
    {
        if (SqliteArgument.IsNull(values[0]) || SqliteArgument.IsNull(values[1])) return; // the result stays NULL
        var isMatch = LikePattern.IsMatch(SqliteArgument.Utf8(values[0]), SqliteArgument.Utf8(values[1]));
        SqliteNative.sqlite3_result_int64(context, isMatch ? 1 : 0);
    }

    private static void MatchValues(nint context, nint* values)
    {
        if (SqliteArgument.IsNull(values[0]) || SqliteArgument.IsNull(values[1])) return;
        var functions = (SqliteFunctions?)GCHandle.FromIntPtr(SqliteNative.sqlite3_user_data(context)).Target;
        var isMatch = functions?._regexes.IsMatch(SqliteArgument.Utf8(values[0]), SqliteArgument.Utf8(values[1]));
        SqliteNative.sqlite3_result_int64(context, isMatch == true ? 1 : 0);
    }

    private static void BucketValue(nint context, nint* values)
    {
        if (SqliteArgument.IsNull(values[0]) || SqliteArgument.IsNull(values[1])) return;
        var seconds = SqliteNative.sqlite3_value_int64(values[1]);
        if (seconds <= 0) throw new SqliteFunctionException("a bucket must be at least one second long");
        if (SqliteArgument.IsNumber(values[0]))
        {
            var time = Math.Floor(SqliteNative.sqlite3_value_double(values[0]));
            SqliteNative.sqlite3_result_int64(context, TimeBucket.Floor((long)time, seconds));
            return;
        }

        Span<byte> bucket = stackalloc byte[TimeBucket.BytesMax];
        if (TimeBucket.TryFloor(SqliteArgument.Utf8(values[0]), seconds, bucket, out var written))
            Result(context, bucket[..written]);
    }

    private static void Step<T>(nint context, nint* values)
        where T : SqliteAggregate, new() =>
        State<T>(context).Step(values);

    private static void StepFraction(nint context, nint* values)
    {
        var aggregate = State<PercentileAggregate>(context);
        aggregate.Fraction = SqliteNative.sqlite3_value_double(values[1]);
        aggregate.Step(values);
    }

    // SQLite keeps eight zeroed bytes for each group; they hold the handle of our state.
    private static T State<T>(nint context)
        where T : SqliteAggregate, new()
    {
        var slot = SqliteNative.sqlite3_aggregate_context(context, sizeof(nint));
        if (slot == null) throw new SqliteFunctionException("out of memory");
        if (*slot == 0) *slot = GCHandle.ToIntPtr(GCHandle.Alloc(new T()));
        return (T?)GCHandle.FromIntPtr(*slot).Target ?? throw new SqliteFunctionException("the aggregate has ended");
    }

    private static void FinalValue(nint context, nint* values)
    {
        var slot = SqliteNative.sqlite3_aggregate_context(context, 0);
        if (slot == null || *slot == 0) return; // no rows: NULL
        var handle = GCHandle.FromIntPtr(*slot);
        *slot = 0;
        try
        {
            using var aggregate = (SqliteAggregate?)handle.Target;
            aggregate?.Final(context);
        }
        finally
        {
            handle.Free();
        }
    }

    private static void Guarded(nint context, nint* values, delegate*<nint, nint*, void> body)
    {
        try
        {
            body(context, values);
        }
        catch (Exception e)
        {
            var message = Encoding.UTF8.GetBytes(e.Message);
            fixed (byte* text = message) SqliteNative.sqlite3_result_error(context, text, message.Length);
            var code = e is SqliteFunctionException known ? known.Code : SqliteCode.Error;
            SqliteNative.sqlite3_result_error_code(context, code);
        }
    }

    private static void Result(nint context, ReadOnlySpan<byte> text)
    {
        byte none = 0; // a null pointer would mean SQL NULL
        fixed (byte* start = text)
            SqliteNative.sqlite3_result_text(context, text.IsEmpty ? &none : start, text.Length, SqliteCode.Transient);
    }
}

// What a function says to the statement that called it; the code makes it the caller's mistake by default.
internal sealed class SqliteFunctionException(string message, int code = SqliteCode.Mismatch) : Exception(message)
{
    public int Code => code;
}
