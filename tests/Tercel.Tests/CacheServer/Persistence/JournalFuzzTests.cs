using System.Text;
using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Journal;
using Tercel.Cache.Server.Settings;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class JournalFuzzTests
{
    private static readonly IReadOnlyList<string> Manifests =
    [
        "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
        "# note\nfile a.2.base.rdb seq 2 type b\nfile a.1.incr.aof seq 1 type h\nfile a.3.incr.aof seq 3 type i\n",
    ];

    [Fact]
    public void A_damaged_journal_is_told_or_read_to_a_place_that_is_whole()
    {
        var original = Journal();
        var random = new Prng(Fuzz.Seed);
        int refused = 0, tails = 0, whole = 0;
        foreach (var round in Fuzz.Rounds(3000))
        {
            var bytes = Mutate(random, original);
            var files = new SimulatedFileSystem(1);
            using var file = files.OpenAppend("/d/incr", truncate: true);
            file.Append(bytes);
            var verdict = JournalCheck.Look(file);
            Assert.InRange(verdict.GoodBytes, 0, bytes.Length);
            if (verdict.Problem is null) whole++;
            else if (verdict.IsTail) tails++;
            else refused++;
            if (verdict.Problem is not null && !verdict.IsTail) continue;
            // What is left after the cut is whole by itself.
            file.Truncate(verdict.GoodBytes);
            var again = JournalCheck.Look(file);
            Assert.True(again.Problem is null, $"TERCEL_FUZZ_SEED={Fuzz.Seed}, round {round}: {verdict}, then {again}");
        }

        Assert.True(refused > 0 && tails > 0 && whole > 0, $"{refused} refused, {tails} tails, {whole} whole");
    }

    [Fact]
    public void A_manifest_is_read_as_it_was_written_or_refused() => Fuzz.Run(Manifests, 3000, text =>
    {
        AppendManifest manifest;
        try
        {
            manifest = AppendManifest.Parse(text, "m");
        }
        catch (PersistenceException)
        {
            return;
        }

        Assert.Equal(manifest.ToText(), AppendManifest.Parse(manifest.ToText(), "m").ToText());
        foreach (var file in manifest.Increments)
            Assert.Equal(file.Name, Path.GetFileName(Path.GetFullPath(Path.Combine("/folder", file.Name))));
    });

    private static byte[] Journal()
    {
        var files = new SimulatedFileSystem(1);
        using (var file = files.OpenAppend("/d/incr", truncate: true)) AppendLog.BeginFile(file);
        using var log = new AppendLog(
            files.OpenAppend("/d/incr", truncate: false), new LiveSettings { AppendSync = AppendSync.Always },
            new AppendHealth(log: null));
        for (var i = 0; i < 30; i++)
        {
            var one = $"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${i}\r\n{new string('v', i)}\r\n";
            if (i % 5 == 0) one = $"*1\r\n$5\r\nMULTI\r\n{one}*1\r\n$4\r\nEXEC\r\n";
            Assert.True(log.Commit(log.Append(i % 3, Encoding.ASCII.GetBytes(one), 1000 * i)));
        }

        return files.ReadAll("/d/incr");
    }

    private static byte[] Mutate(Prng random, byte[] original)
    {
        var bytes = original.ToList();
        for (var edits = random.Between(1, 3); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Chance(0.4) ? Math.Max(0, bytes.Count - random.Between(1, 120)) : random.Below(bytes.Count);
            var length = Math.Min(random.Between(1, 60), bytes.Count - at);
            switch (random.Below(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Below(8)); break;
                case 1: bytes.RemoveRange(at, bytes.Count - at); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.AddRange(Encoding.ASCII.GetBytes("*1\r\n$4\r\nPING\r\n")); break;
                default:
                    for (var i = at; i < at + length; i++) bytes[i] = 0;
                    break;
            }
        }

        return [.. bytes];
    }
}
