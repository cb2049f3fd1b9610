using System.Globalization;
using System.Text;
using Tercel.Api.Model;
using Tercel.Chassis.Lifecycle;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Schema;

/// <summary>What the watcher does with a changed model; the composition root fills it in.</summary>
internal sealed record WatcherHooks
{
    /// <summary>Reads and checks the model file.</summary>
    public required Func<Result<ApiModel>> Load { get; init; }

    /// <summary>Brings the database up to the model as far as the mode allows (<see
    /// cref="Startup.Prepare"/>).</summary>
    public required Func<ApiModel, CancellationToken, Task<Result<StartupReport>>> Prepare { get; init; }

    /// <summary>Makes the new model the one that requests see.</summary>
    public required Action<ApiModel> Swap { get; init; }

    /// <summary>A line about the ordinary course.</summary>
    public required Action<string> Inform { get; init; }

    /// <summary>Why the last good model stays.</summary>
    public required Action<string> Complain { get; init; }
}

// In development: looks at the model's files again and again, and takes a change when it is right and safe. A wrong or
// unsafe change leaves the last good model in service. It looks instead of listening, since editors replace files,
// shares send no events, and a handful of file times costs microseconds.
// Thread: the loop's own; hooks are never called twice at once.
internal sealed class ModelWatcher : IDisposable
{
    // A change is taken when two looks in a row see the same, so that a file that is being written is left alone.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    // A model that waits for 'tercel apply' is tried again after so many looks.
    private const int RetryLooks = 4;

    private readonly WatcherHooks _hooks;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<string> _files;
    private string _seen;
    private string _done;
    private bool _isSettled = true;
    private string? _waitsFor;
    private int _looksUntilRetry;
    private Task _loop = Task.CompletedTask;

    public ModelWatcher(WatcherHooks hooks, ApiModel current, TimeProvider time)
    {
        _hooks = hooks;
        _time = time;
        _files = current.Files;
        _seen = Stamp();
        _done = ModelStamp.Checksum(_files);
    }

    /// <summary>The watcher as a part of the program.</summary>
    public Component Component => new("model watcher")
    {
        Start = _ =>
        {
            _loop = Run();
            return Task.CompletedTask;
        },
        Stop = async _ =>
        {
            await _stop.CancelAsync();
            await _loop;
            Dispose();
        },
    };

    /// <summary>One look at the files; the loop's body, and what a test calls.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        var stamp = Stamp();
        if (stamp != _seen)
        {
            _seen = stamp;
            _isSettled = false;
            return;
        }

        var retries = _waitsFor is not null && --_looksUntilRetry <= 0;
        if (_isSettled && !retries) return;
        _isSettled = true;
        var checksum = ModelStamp.Checksum(_files);
        if (checksum == _done && !retries) return;
        _done = checksum;
        await Take(cancellation);
    }

    public void Dispose() => _stop.Dispose();

    private async Task Run()
    {
        using var timer = new PeriodicTimer(Pace, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) await Look(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task Take(CancellationToken cancellation)
    {
        try
        {
            if (!_hooks.Load().TryGet(out var model, out var errors))
            {
                _waitsFor = null;
                _hooks.Complain($"the model has mistakes; the last good one stays\n{Lines(errors)}");
                return;
            }

            _files = model.Files;
            _seen = Stamp();
            var prepared = await _hooks.Prepare(model, cancellation);
            if (!prepared.TryGet(out var report, out errors))
            {
                Wait(Lines(errors));
                return;
            }

            _waitsFor = null;
            _hooks.Swap(model);
            _hooks.Inform(report.Plan.IsEmpty
                ? "model reloaded"
                : $"model reloaded, {PlanContext.Count(report.Plan.Steps.Count, "schema change")} applied");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is, the loop goes on: a watcher that ended would follow no later change, and not say so.
            Wait(e is StoreException or IOException or UnauthorizedAccessException ? e.Message : e.ToString());
        }
    }

    // Somebody may make the change by 'tercel apply', or free what was busy: the same complaint is made once.
    private void Wait(string complaint)
    {
        _looksUntilRetry = RetryLooks;
        if (_waitsFor == complaint) return;
        _waitsFor = complaint;
        _hooks.Complain($"the last good model stays\n{complaint}");
    }

    private string Stamp()
    {
        var stamp = new StringBuilder();
        foreach (var file in _files)
        {
            var info = new FileInfo(file);
            stamp.Append(CultureInfo.InvariantCulture, $"{(info.Exists ? info.LastWriteTimeUtc.Ticks : 0)}:");
            stamp.Append(CultureInfo.InvariantCulture, $"{(info.Exists ? info.Length : -1)};");
        }

        return stamp.ToString();
    }

    private static string Lines(IReadOnlyList<Error> errors) => string.Join('\n', errors.Select(error =>
        (error.Line is null ? "" : $"{error.File}:{error.Line}:{error.Column}: ")
        + $"{error.Detail}{(error.Suggestion is { } hint ? $" (hint: {hint})" : "")}"));
}
