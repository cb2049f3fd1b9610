using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Primitives;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Each_duration_lies_in_the_bucket_that_ends_at_or_above_it()
    {
        var prng = new Prng(7);
        for (var i = 0; i < 100_000; i++)
        {
            var us = (long)(prng.Next() >> prng.Between(37, 63));
            if (us >= 1L << LatencyHistogram.OctavesMax) continue;
            var bucket = LatencyHistogram.BucketOf(us);
            Assert.True(us <= LatencyHistogram.UpperEdgeUs(bucket));
            Assert.True(bucket == 0 || us > LatencyHistogram.UpperEdgeUs(bucket - 1));
        }
    }

    [Fact]
    public void A_quantile_is_never_below_the_true_value_and_at_most_a_sixteenth_above()
    {
        var prng = new Prng(3);
        var histogram = new LatencyHistogram();
        var all = new List<long>();
        for (var i = 0; i < 20_000; i++)
        {
            var us = (long)(prng.Next() >> prng.Between(40, 62));
            all.Add(us);
            histogram.Record(us);
        }

        all.Sort();
        foreach (var part in (double[])[0.01, 0.5, 0.9, 0.99, 0.999, 1])
        {
            var exact = all[(int)Math.Ceiling(part * all.Count) - 1];
            var reported = histogram.QuantileUs(part);
            Assert.InRange(reported, exact, exact + exact / 16 + 1);
        }
    }

    [Fact]
    public void Counts_below_powers_of_two_are_exact()
    {
        var histogram = new LatencyHistogram();
        long[] durations = [0, 15, 16, 63, 64, 65, 1023, 1024, (1L << 27) - 1, 1L << 27, 1L << 40];
        foreach (var us in durations) histogram.Record(us);
        Assert.Equal(2, histogram.CountBelowPowerOfTwo(4));
        Assert.Equal(4, histogram.CountBelowPowerOfTwo(6));
        Assert.Equal(7, histogram.CountBelowPowerOfTwo(10));
        Assert.Equal(9, histogram.CountBelowPowerOfTwo(27));
        Assert.Equal(11, histogram.Count);
    }

    [Fact]
    public void Merged_histograms_count_what_both_counted()
    {
        var a = new LatencyHistogram();
        var b = new LatencyHistogram();
        a.Record(10);
        b.Record(1000);
        b.Record(-5);
        b.AddTo(a);
        Assert.Equal((3, 1010), (a.Count, a.SumUs));
        Assert.Equal(0, a.QuantileUs(0.01));
    }

    [Fact]
    public void An_empty_histogram_has_the_quantile_zero() => Assert.Equal(0, new LatencyHistogram().QuantileUs(0.99));
}
