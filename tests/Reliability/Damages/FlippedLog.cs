using Cano.Faster.Frames;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Damages;

/// <summary>Flips bits of a sound log one at a time, and asks of each whether the scan for frames
/// notices.</summary>
/// <remarks>A flip within a frame must make it unsound. One between frames, in the zeros that align entries
/// and fill pages, is harmless, because nobody reads them: provided that no frame is found where none
/// was.</remarks>
internal sealed class FlippedLog
{
    private readonly byte[] _log;
    private readonly uint _store;
    private readonly List<(int Begin, int End, int Size)> _frames = [];
    private readonly List<int> _impostors = [];

    /// <param name="log">The log's bytes from address 0 on, whole pages.</param>
    /// <param name="store">The checksum of its store id.</param>
    public FlippedLog(byte[] log, uint store)
    {
        (_log, _store) = (log, store);
        for (var at = 0; at < log.Length; )
        {
            if (!Frame.TryRead(PageFrom(at), at, store, out var frame))
            {
                at += sizeof(int);
                continue;
            }

            var end = at + Frame.EntryHeader + BitConverter.ToInt32(log, at);
            _frames.Add((at, end, frame.Size));
            for (var inside = at + sizeof(int); inside < end; inside += sizeof(int))
                if (Frame.PlausibleSize(PageFrom(inside)) > 0)
                    _impostors.Add(inside);
            at += frame.Size;
        }
    }

    public int ByteCount => _log.Length;

    /// <summary>Payloads that look like frames.</summary>
    public int ImpostorCount => _impostors.Count;

    /// <summary>Whether the byte belongs to a frame; else it is alignment, the rest of a page, or before the
    /// first frame.</summary>
    public bool IsInFrame(int position) => Covering(position) is { } frame && position < frame.End;

    /// <summary>Whether the flip is noticed; else it changes nothing that is read.</summary>
    public bool IsNoticed(int position, int bit)
    {
        _log[position] ^= (byte)(1 << bit);
        try
        {
            CheckNoNewFrame(position);
            return Covering(position) is { } frame
                && !(Frame.TryRead(PageFrom(frame.Begin), frame.Begin, _store, out var read) && read.IsWhole);
        }
        finally
        {
            _log[position] ^= (byte)(1 << bit);
        }
    }

    /// <summary>Only where a head can begin, now or before, so that the byte lies in what it takes for a
    /// frame.</summary>
    private void CheckNoNewFrame(int position)
    {
        var own = Covering(position)?.Begin ?? -1;
        for (var at = Math.Max(0, (position & ~3) - 16); at <= position; at += sizeof(int))
            Refuse(at, own);
        var first = _impostors.BinarySearch(Math.Max(0, own));
        for (var i = first < 0 ? ~first : first; i < _impostors.Count && _impostors[i] <= position; i++)
            Refuse(_impostors[i], own);
    }

    private void Refuse(int at, int own)
    {
        var isNew = at != own && (Covering(at) is not { } frame || frame.Begin != at);
        Broken.Unless(
            !isNew || !Frame.TryRead(PageFrom(at), at, _store, out _),
            $"a flip makes a frame at log address {at}"
        );
    }

    private (int Begin, int End, int Size)? Covering(int position)
    {
        var (low, high) = (0, _frames.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var frame = _frames[middle];
            if (position < frame.Begin)
                high = middle - 1;
            else if (position >= frame.Begin + frame.Size)
                low = middle + 1;
            else
                return frame;
        }

        return null;
    }

    /// <summary>From the address to the end of its page, as the scan sees it.</summary>
    private ReadOnlySpan<byte> PageFrom(int at) =>
        _log.AsSpan(at, SmallJournal.PageSize - (at & (SmallJournal.PageSize - 1)));
}
