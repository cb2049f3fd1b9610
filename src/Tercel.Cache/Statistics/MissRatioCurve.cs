using System.Runtime.CompilerServices;

namespace Tercel.Cache.Statistics;

/// <summary>How many reads would miss with another amount of memory, learnt from a sample of the keys.</summary>
/// <remarks>
/// Shape: keys whose hash has some zero bits are followed; for each of their reads the bytes read since the key's last
/// one are known, which is the memory that an LRU cache would have needed to have it still. When more than
/// <see cref="SamplesMax"/> keys are followed, one more bit must be zero. Thread: any. Cost: one test per read; about
/// 600 KiB. Source: Waldspurger et al., "Efficient MRC construction with SHARDS", FAST 2015.
/// </remarks>
public sealed class MissRatioCurve
{
    /// <summary>Most keys followed at a time.</summary>
    public const int SamplesMax = 8192;

    private const int FirstBit = 24;
    private const int RateLogMin = 8;
    private const int PositionsMax = SamplesMax * 2;
    private const int StepsPerDoubling = 8;
    private const int Steps = 48 * StepsPerDoubling;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Sample> _samples = new(SamplesMax + 1);
    private readonly ulong[] _hashAt = new ulong[PositionsMax];
    private readonly long[] _tree = new long[PositionsMax + 1];
    private readonly double[] _hits = new double[Steps];
    private int _nextPosition;
    private int _rateLog = RateLogMin;
    private ulong _mask = Mask(RateLogMin);
    private double _reads;

    /// <summary>One of so many keys is followed.</summary>
    public int Rate => 1 << _rateLog;

    /// <summary>Reads that were looked at, scaled to all reads.</summary>
    public double Reads
    {
        get
        {
            lock (_gate) return _reads;
        }
    }

    /// <summary>The part of reads, 0 to 1, that would miss with so much memory; 0 before anything was read.</summary>
    /// <param name="memoryBytes">Memory for entries and their place in the index. Units: bytes.</param>
    public double MissRatio(long memoryBytes)
    {
        lock (_gate)
        {
            if (_reads == 0) return 0;
            double hits = 0;
            for (var step = 0; step < Steps && BytesAt(step) <= memoryBytes; step++) hits += _hits[step];
            return Math.Clamp(1 - (hits / _reads), 0, 1);
        }
    }

    /// <summary>Forgets everything, as after CONFIG RESETSTAT.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _samples.Clear();
            Array.Clear(_tree);
            Array.Clear(_hits);
            _nextPosition = 0;
            _reads = 0;
        }
    }

    /// <summary>The key with this hash is followed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsSampled(ulong hash) => (hash & Volatile.Read(ref _mask)) == 0;

    /// <summary>Counts a read of a followed key.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="bytes">What its entry takes; 0 = it was a miss.</param>
    internal void Read(ulong hash, long bytes)
    {
        lock (_gate)
        {
            if (!IsSampled(hash)) return;
            double weight = 1 << _rateLog;
            _reads += weight;
            if (!_samples.TryGetValue(hash, out var sample))
            {
                // A miss is followed from its write on, when its size is known.
                if (bytes != 0) Place(hash, bytes);
                return;
            }

            var distance = (SumAfter(sample.Position) + sample.Bytes) * (double)weight;
            _hits[StepOf(distance)] += weight;
            Take(hash, sample);
            Place(hash, bytes != 0 ? bytes : sample.Bytes);
        }
    }

    /// <summary>Notes what a followed key takes since it was written.</summary>
    internal void Write(ulong hash, long bytes)
    {
        lock (_gate)
        {
            if (!IsSampled(hash)) return;
            if (!_samples.TryGetValue(hash, out var sample))
            {
                Place(hash, bytes);
                return;
            }

            Add(sample.Position, bytes - sample.Bytes);
            _samples[hash] = sample with { Bytes = bytes };
        }
    }

    private static ulong Mask(int rateLog) => ((1UL << rateLog) - 1) << FirstBit;

    /// <summary>The upper end of a step: 1 KiB at step 0, doubling every eighth.</summary>
    private static double BytesAt(int step) => Math.Pow(2, 10 + ((step + 1.0) / StepsPerDoubling));

    private static int StepOf(double bytes) =>
        Math.Clamp((int)Math.Ceiling((Math.Log2(bytes) - 10) * StepsPerDoubling) - 1, 0, Steps - 1);

    private void Place(ulong hash, long bytes)
    {
        if (_samples.Count >= SamplesMax) Thin();
        if (!IsSampled(hash)) return;
        if (_nextPosition == PositionsMax) Renumber();
        var position = _nextPosition++;
        _hashAt[position] = hash;
        _samples[hash] = new Sample(position, bytes);
        Add(position, bytes);
    }

    private void Take(ulong hash, Sample sample)
    {
        Add(sample.Position, -sample.Bytes);
        _samples.Remove(hash);
    }

    /// <summary>Follows half as many keys from now on.</summary>
    private void Thin()
    {
        _rateLog++;
        Volatile.Write(ref _mask, Mask(_rateLog));
        for (var position = 0; position < _nextPosition; position++)
        {
            var hash = _hashAt[position];
            if (!IsSampled(hash) && _samples.TryGetValue(hash, out var sample) && sample.Position == position)
                Take(hash, sample);
        }
    }

    /// <summary>Closes the gaps that reads have left in the order.</summary>
    private void Renumber()
    {
        Array.Clear(_tree);
        var end = _nextPosition;
        _nextPosition = 0;
        for (var position = 0; position < end; position++)
        {
            var hash = _hashAt[position];
            if (!_samples.TryGetValue(hash, out var sample) || sample.Position != position) continue;
            _hashAt[_nextPosition] = hash;
            _samples[hash] = sample with { Position = _nextPosition };
            Add(_nextPosition++, sample.Bytes);
        }
    }

    // A Fenwick tree: the sum of bytes up to a position in a few steps.
    private void Add(int position, long bytes)
    {
        for (var i = position + 1; i <= PositionsMax; i += i & -i) _tree[i] += bytes;
    }

    private long SumAfter(int position)
    {
        long sum = 0;
        for (var i = PositionsMax; i > 0; i &= i - 1) sum += _tree[i];
        for (var i = position + 1; i > 0; i &= i - 1) sum -= _tree[i];
        return sum;
    }

    private readonly record struct Sample(int Position, long Bytes);
}
