// Why this is correct: the only pointers are those of the command functions below.
using System.Globalization;
using System.Text;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>LATENCY.</summary>
internal static unsafe class LatencyCommands
{
    private const string Lines =
        """
        DOCTOR
            Return a human readable latency analysis report.
        HISTORY <event>
            Return time-latency samples for the <event> class.
        LATEST
            Return the latest latency samples for all events.
        RESET [<event> ...]
            Reset latency data of one or more <event> classes.
            (default: reset all data for all event classes)
        HISTOGRAM [COMMAND ...]
            Return a cumulative distribution of latencies in the format of a histogram for the specified command names.
            If no commands are specified then all histograms are replied.
        """;

    public static void Register(CommandTable table)
    {
        const CommandFlags Flags = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading;
        var latency = table.Add("LATENCY", -2, CommandFlags.None, KeySpec.None, null, "server", "2.8.13",
            "A container for latency diagnostics commands.");
        table.AddSub(latency, "LATEST", 2, Flags, KeySpec.None, &Latest, "2.8.13",
            "Returns the latest latency samples for all events.");
        table.AddSub(latency, "HISTORY", 3, Flags, KeySpec.None, &History, "2.8.13",
            "Returns timestamp-latency samples for an event.");
        table.AddSub(latency, "RESET", -2, Flags, KeySpec.None, &Reset, "2.8.13",
            "Resets the latency data for one or more events.");
        table.AddSub(latency, "HISTOGRAM", -2, Flags, KeySpec.None, &Histogram, "7.0.0",
            "Returns the cumulative distribution of latencies of a subset or all commands.");
        table.AddSub(latency, "DOCTOR", 2, Flags, KeySpec.None, &Doctor, "2.8.13",
            "Returns a human-readable latency analysis report.");
        table.AddSub(latency, "HELP", 2, CommandFlags.Loading, KeySpec.None, &Help, "2.8.13",
            "Returns helpful text about the different subcommands.");
    }

    private static void Latest(ref CommandContext c)
    {
        var events = c.Server.Latency.Events();
        c.Reply.Array(events.Count);
        foreach (var spikes in events)
        {
            var last = spikes.Samples[^1];
            c.Reply.Array(4);
            c.Reply.BulkText(spikes.Name);
            c.Reply.Integer(last.UnixSeconds);
            c.Reply.Integer(last.Ms);
            c.Reply.Integer(spikes.MaxMs);
        }
    }

    private static void History(ref CommandContext c)
    {
        var name = c.Args.Text(2);
        var samples = c.Server.Latency.Events().FirstOrDefault(spikes => spikes.Name == name)?.Samples ?? [];
        c.Reply.Array(samples.Count);
        foreach (var sample in samples)
        {
            c.Reply.Array(2);
            c.Reply.Integer(sample.UnixSeconds);
            c.Reply.Integer(sample.Ms);
        }
    }

    private static void Reset(ref CommandContext c)
    {
        var names = new List<string>();
        for (var i = 2; i < c.Args.Count; i++) names.Add(c.Args.Text(i));
        c.Reply.Integer(c.Server.Latency.Reset(names));
    }

    private static void Histogram(ref CommandContext c)
    {
        var asked = new List<CommandInfo>();
        for (var i = 2; i < c.Args.Count; i++)
        {
            if (!c.Server.Commands.TryFind(c.Args.Text(i), out var info)) continue;
            if (info.Subcommands is null) asked.Add(info);
            else asked.AddRange(info.Subcommands.Values);
        }

        if (c.Args.Count == 2) asked.AddRange(c.Server.Commands.ById);
        var server = c.Server;
        var found = asked.Distinct().Select(info => (Info: info, Durations: Durations(info, server)))
            .Where(static pair => pair.Durations is not null).ToList();
        c.Reply.Map(found.Count);
        foreach (var (info, durations) in found)
        {
            c.Reply.BulkText(info.FullName);
            if (durations is not null) WriteHistogram(ref c, durations);
        }
    }

    private static LatencyHistogram? Durations(CommandInfo info, CacheServer server) =>
        server.Statistics.DurationsOf(info.Id);

    // Powers of two from 1 µs up, each with the number of calls that took no longer.
    private static void WriteHistogram(ref CommandContext c, LatencyHistogram durations)
    {
        var calls = durations.Count;
        c.Reply.Map(2);
        c.Reply.BulkText("calls");
        c.Reply.Integer(calls);
        c.Reply.BulkText("histogram_usec");
        var mark = c.Reply.BeginArray();
        var pairs = 0;
        long before = 0;
        for (var octave = 0; octave <= LatencyHistogram.OctavesMax && before < calls; octave++)
        {
            var count = octave == LatencyHistogram.OctavesMax ? calls : durations.CountBelowPowerOfTwo(octave);
            if (count == before) continue;
            c.Reply.Integer(1L << octave);
            c.Reply.Integer(count);
            before = count;
            pairs++;
        }

        c.Reply.EndMap(mark, pairs);
    }

    private static void Doctor(ref CommandContext c)
    {
        var threshold = c.Server.Live.LatencyThresholdMs;
        var text = new StringBuilder();
        if (threshold <= 0)
        {
            text.Append("Latency monitoring is off. Switch it on with "
                + "\"CONFIG SET latency-monitor-threshold <milliseconds>\".\n");
        }

        var events = c.Server.Latency.Events();
        if (threshold > 0 && events.Count == 0)
            text.Append("No latency spike has been seen since it was switched on.\n");
        foreach (var spikes in events)
        {
            var mean = spikes.Samples.Average(static sample => sample.Ms);
            text.Append(CultureInfo.InvariantCulture,
                $"{spikes.Name}: {spikes.Samples.Count} spikes, mean {mean:F0} ms, longest {spikes.MaxMs} ms.");
            text.Append(spikes.Name == "command" ? " SLOWLOG GET shows which commands are slow.\n" : "\n");
        }

        c.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void Help(ref CommandContext c) => c.Reply.Help("LATENCY", Lines);
}
