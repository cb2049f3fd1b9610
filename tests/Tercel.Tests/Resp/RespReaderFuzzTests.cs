using System.Text;
using Tercel.Primitives;
using Tercel.Resp;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Resp;

public sealed class RespReaderFuzzTests
{
    private static readonly string[] Corpus =
    [
        "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\nhello\r\n", "*1\r\n$4\r\nPING\r\n", "PING\r\n",
        "set \"a b\" 'c\\'d' \"\\x41\\n\"\r\n", "*0\r\n", "*-1\r\n", "*2\r\n$0\r\n\r\n$100\r\n", "*1048577\r\n",
        "*1\r\n$536870913\r\n", "*1\r\n$12\r\n123456789012\r\n*1\r\n$4\r\nECHO\r\n",
    ];

    [Fact]
    public void Commands_come_out_as_they_were_written_however_their_bytes_are_split()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var round in Fuzz.Rounds(300))
        {
            var commands = Enumerable.Range(0, random.Between(1, 5)).Select(_ => Command(random)).ToList();
            using var reading = new CommandReading();
            using var sent = new ReplyWriter();
            foreach (var command in commands) Write(sent, command);
            var bytes = sent.Written.ToArray();
            for (var at = 0; at < bytes.Length;)
            {
                var piece = Math.Min(random.Between(1, random.Chance(0.5) ? 8 : 20_000), bytes.Length - at);
                reading.Receive(bytes.AsSpan(at, piece));
                at += piece;
            }

            Assert.True(commands.Count == reading.Commands.Count, $"TERCEL_FUZZ_SEED={Fuzz.Seed}, round {round}");
            for (var i = 0; i < commands.Count; i++) Assert.Equal(commands[i], reading.Commands[i]);
            Assert.Equal(0, reading.Kept);
        }
    }

    [Fact]
    public void Mutated_input_gives_the_same_commands_and_problem_whole_and_in_pieces()
    {
        var random = new Prng(Fuzz.Seed);
        Fuzz.Run(Corpus, 3000, text =>
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            using var whole = new CommandReading();
            whole.Receive(bytes);
            using var pieces = new CommandReading();
            for (var at = 0; at < bytes.Length;)
            {
                var piece = Math.Min(random.Between(1, 5), bytes.Length - at);
                pieces.Receive(bytes.AsSpan(at, piece));
                at += piece;
            }

            Assert.Equal(whole.Commands, pieces.Commands);
            Assert.Equal(whole.Problem, pieces.Problem);
        });
    }

    private static string[] Command(Prng random) =>
        [.. Enumerable.Range(0, random.Between(1, random.Chance(0.1) ? 200 : 6)).Select(_ => Word(random))];

    private static string Word(Prng random)
    {
        var length = random.Chance(0.05) ? random.Below(40_000) : random.Below(30);
        return string.Create(length, random, static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = (char)from.Below(256);
        });
    }

    private static void Write(ReplyWriter sent, string[] command)
    {
        sent.Array(command.Length);
        foreach (var word in command) sent.Bulk(Encoding.Latin1.GetBytes(word));
    }
}
