using Cano.Faster.Disks;
using Cano.Faster.Frames;
using FASTER.core;

namespace Cano.Faster.Commits;

/// <summary>The FASTER log that entries are put into on their way to the disk. Its pages are taken when the
/// first entry comes: a journal that is opened to be read has none.</summary>
internal sealed class WriteBuffer : IDisposable
{
    private readonly FasterLogSettings settings;
    private readonly FasterLog log;
    private readonly LogDevice device;

    /// <param name="files">The segment files, cut at the end of the log.</param>
    /// <param name="options">With the sizes of the journal.</param>
    /// <param name="begin">Where the log begins.</param>
    /// <param name="end">Where it goes on.</param>
    public WriteBuffer(SegmentFiles files, FasterCheckpointOptions options, long begin, long end)
    {
        var tailPageAddress = end & -options.PageSize;
        device = new LogDevice(files, "journal.log", TailPage(files, end, options.PageSize), tailPageAddress);
        settings = new FasterLogSettings
        {
            LogDevice = device,
            LogCommitManager = InMemoryCommitManager.Of(begin, end),
            PageSize = options.PageSize,
            MemorySize = 1L << options.MemorySizeBits,
            SegmentSize = files.SegmentSize,
            LogChecksum = LogChecksumType.None,
            TryRecoverLatest = false,
        };
        log = new FasterLog(settings);
        if (end > LogAddress.First)
            log.Recover();
        if (log.TailAddress != end || log.FlushedUntilAddress != end)
            throw JournalError.Of(
                $"FASTER goes on at {log.TailAddress} instead of {end}, where the journal ends: "
                    + "this is a defect, please report it"
            );
    }

    /// <summary>Puts an entry at the end of the log, which is this address.</summary>
    public void Put(ReadOnlySpan<byte> entry, long address)
    {
        var spins = new SpinWait();
        long given;
        while (!log.UnsafeTryEnqueueRaw(entry, noCommit: true, out given))
        {
            ThrowIfFailed();
            spins.SpinOnce();
        }

        ThrowIfFailed();
        if (given != address)
            throw new InvalidOperationException($"FASTER put a frame at {given} instead of {address}");
    }

    /// <summary>Returns when all up to the end is on disk: one write and one flush, unless pages filled
    /// up.</summary>
    public async ValueTask FlushAsync(long end)
    {
        log.Commit();
        ThrowIfFailed();
        // The device writes inside Commit; FASTER may leave it to another thread that is inside the log.
        if (log.FlushedUntilAddress < end)
            await log.WaitForCommitAsync(end).ConfigureAwait(false);
        ThrowIfFailed();
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
