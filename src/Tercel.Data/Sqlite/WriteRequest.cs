namespace Tercel.Data.Sqlite;

// One caller's work on its way through the writer thread: run once, then completed after the commit, or failed.
internal abstract class WriteRequest(CancellationToken cancellation)
{
    public CancellationToken Cancellation => cancellation;

    // A migration: alone in its transaction, with foreign keys not enforced meanwhile.
    public virtual bool IsMigration => false;

    // Runs the work; throws what it threw.
    public abstract void Run(SqliteWriteSession session);

    public abstract void Complete();

    public abstract void Fail(Exception failure);
}

internal class WriteRequest<T>(Func<IWriteSession, ValueTask<T>> work, CancellationToken cancellation)
    : WriteRequest(cancellation)
{
    // Callers go on elsewhere: the writer thread must not run their code.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    public override void Run(SqliteWriteSession session)
    {
        var running = work(session);
        if (!running.IsCompleted)
        {
            Forget(running.AsTask());
            throw new InvalidOperationException("a write's work awaited something other than its session");
        }

        _result = running.GetAwaiter().GetResult();
    }

    // The result is there: Run came before.
    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception failure) => _done.TrySetException(failure);

    // The work goes on somewhere with a session that refuses it; its failure has been told already.
    private static void Forget(Task running) =>
        running.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}

internal sealed class MigrationRequest(Func<IMigrationSession, ValueTask> work, CancellationToken cancellation)
    : WriteRequest<bool>(session => Run(work, session), cancellation)
{
    public override bool IsMigration => true;

    private static async ValueTask<bool> Run(Func<IMigrationSession, ValueTask> work, IWriteSession session)
    {
        await work((IMigrationSession)session);
        return true;
    }
}
