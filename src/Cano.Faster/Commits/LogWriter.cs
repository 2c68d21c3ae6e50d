using System.Text;
using Cano.Faster.Disks;
using Cano.Faster.Frames;
using FASTER.core;

namespace Cano.Faster.Commits;

/// <summary>Appends frames to the one FASTER log of a journal. One caller at a time.</summary>
internal sealed class LogWriter : IDisposable
{
    private const int EntryMin = 1 << 12;

    private readonly FasterLogSettings settings;
    private readonly FasterLog log;
    private readonly LogDevice device;
    private byte[] entry = new byte[EntryMin];
    private readonly uint store;
    private readonly long pageSize;

    /// <param name="files">The segment files, cut at the end of the log.</param>
    /// <param name="options">With the sizes of the journal.</param>
    /// <param name="begin">Where the log begins.</param>
    /// <param name="end">Where it goes on.</param>
    public LogWriter(SegmentFiles files, FasterCheckpointOptions options, long begin, LogEnd end)
    {
        pageSize = options.PageSize;
        store = files.Store;
        End = end;
        Durable = end.End;

        var tailPageAddress = end.End & -pageSize;
        device = new LogDevice(files, "journal.log", TailPage(files, end.End, pageSize), tailPageAddress);
        settings = new FasterLogSettings
        {
            LogDevice = device,
            LogCommitManager = InMemoryCommitManager.Of(begin, end.End),
            PageSize = pageSize,
            MemorySize = 1L << options.MemorySizeBits,
            SegmentSize = files.SegmentSize,
            LogChecksum = LogChecksumType.None,
            TryRecoverLatest = false,
        };
        log = new FasterLog(settings);
        if (end.End > LogAddress.First)
            log.Recover();
        if (log.TailAddress != end.End || log.FlushedUntilAddress != end.End)
            throw JournalError.Of(
                $"FASTER goes on at {log.TailAddress} instead of {end.End}, where the journal ends: "
                    + "this is a defect, please report it"
            );
    }

    /// <summary>Where the next frame comes.</summary>
    public LogEnd End { get; private set; }

    /// <summary>Everything below this address is on disk.</summary>
    public long Durable { get; private set; }

    /// <summary>Puts a frame into the write buffer, in parts when it is large; where all of it
    /// lies.</summary>
    public LogSpan Append(FrameHead head, ReadOnlySpan<byte> payload)
    {
        var first = 0L;
        var part = 0;
        for (
            int taken;
            (taken = FrameParts.Next(End.End, head.RunId, payload.Length, pageSize)) < payload.Length;
            part++
        )
        {
            var chunk = head with { Kind = head.Kind.OfParts(), Part = part };
            var address = AppendFrame(chunk, payload[..taken]);
            payload = payload[taken..];
            first = part == 0 ? address : first;
        }

        var last = AppendFrame(head with { Part = part }, payload);
        return LogSpan.Between(part == 0 ? last : first, End.End);
    }

    /// <summary>Returns when everything appended is on disk: one write and one flush, unless pages filled
    /// up.</summary>
    public async ValueTask FlushAsync()
    {
        log.Commit();
        ThrowIfFailed();
        // The device writes inside Commit; FASTER may leave it to another thread that is inside the log.
        if (log.FlushedUntilAddress < End.End)
            await log.WaitForCommitAsync(End.End).ConfigureAwait(false);
        ThrowIfFailed();
        Durable = End.End;
    }

    public void Dispose()
    {
        // FASTER fails the commit that never comes, for whoever waits for it: somebody has to.
        var last = log.WaitForCommitAsync(long.MaxValue).AsTask();
        log.Dispose();
        _ = last.ContinueWith(
            static ended => ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        settings.Dispose();
        device.Dispose();
    }

    private long AppendFrame(in FrameHead head, ReadOnlySpan<byte> payload)
    {
        var size = Frame.EntrySize(Frame.HeadSize + Encoding.UTF8.GetByteCount(head.RunId) + payload.Length);
        var address = LogAddress.Next(End.End, size, pageSize);
        var place = new FramePlace(address, (uint)(address - End.LastFrame), End.LastRun, Durable, store);
        if (entry.Length < size)
            entry = new byte[Math.Max(size, Math.Min(2L * entry.Length, pageSize))];
        Frame.Write(entry, head, place, payload);

        var spins = new SpinWait();
        long given;
        while (!log.UnsafeTryEnqueueRaw(entry.AsSpan(0, size), noCommit: true, out given))
        {
            ThrowIfFailed();
            spins.SpinOnce();
        }

        ThrowIfFailed();
        if (given != address)
            throw new InvalidOperationException($"FASTER put a frame at {given} instead of {address}");

        End = new(address + size, address, Checksum.Of(head.RunId));
        return address;
    }

    private void ThrowIfFailed()
    {
        if (device.Failure is { } failure)
            throw new IOException(failure.Message, failure);
    }

    /// <summary>The page that the log goes on in, up to the end of the log.</summary>
    private static byte[] TailPage(SegmentFiles files, long end, long pageSize)
    {
        var offset = (int)(end & (pageSize - 1));
        if (offset == 0 || end == LogAddress.First)
            return [];

        var page = new byte[offset];
        files.Read(end - offset, page);
        return page;
    }
}
