using Tercel.Cache.Server.Settings;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>The thread that syncs the journal every second, and writes what came during a sync.</summary>
/// <remarks>Loops write themselves, and with "always" they sync too; the thread then only takes what nobody waits for:
/// keys that expired. Lifetime: <see cref="Dispose"/> writes what is left, syncs and ends the thread.</remarks>
internal sealed class JournalWriter : IDisposable
{
    // What gathers in this time is one write.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly AppendLog _log;
    private readonly LiveSettings _live;
    private readonly TimeProvider _clock;
    private readonly AppendHealth _health;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    public JournalWriter(AppendLog log, LiveSettings live, AppendHealth health, TimeProvider clock)
    {
        (_log, _live, _health, _clock) = (log, live, health, clock);
        _thread = new Thread(Run) { IsBackground = true, Name = "tercel-journal" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Set();
        _log.Wake();
        _thread.Join();
        _stop.Dispose();
        _log.WriteOut(sync: true);
    }

    private void Run()
    {
        var synced = _clock.GetTimestamp();
        while (!_stop.IsSet)
        {
            _log.WaitForWork(Second);
            _stop.Wait(Pace);
            var isDue = _live.AppendSync == AppendSync.EverySec && _clock.GetElapsedTime(synced) >= Second;
            var begin = _clock.GetTimestamp();
            if (!_log.WriteOut(sync: isDue)) _stop.Wait(Second);
            if (isDue || _live.AppendSync == AppendSync.Always) synced = begin;
            // The next sync is late by so much.
            if (isDue && _clock.GetElapsedTime(begin) > Second) _health.CountDelay();
        }
    }
}
