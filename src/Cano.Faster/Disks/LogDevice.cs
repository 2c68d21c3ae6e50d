using FASTER.core;

namespace Cano.Faster.Disks;

/// <summary>FASTER's disk: every write is flushed before it is answered, on the writer's own thread, and the
/// first failure stops all later writes.</summary>
/// <remarks>FASTER reads only once, while it is recovering: the page its log goes on in. That page was read
/// and verified before, so it is answered from memory and cannot fail.</remarks>
internal sealed class LogDevice(SegmentFiles files, string path, byte[] tailPage, long tailPageAddress)
    : StorageDeviceBase(path, sectorSize: 512, Devices.CAPACITY_UNSPECIFIED)
{
    private volatile Exception? failure;

    /// <summary>What stopped the device. Whoever answers for what was written asks for it, after each write
    /// and each flush: FASTER does not know.</summary>
    public Exception? Failure => failure;

    public override unsafe void WriteAsync(
        IntPtr sourceAddress,
        int segmentId,
        ulong destinationAddress,
        uint numBytesToWrite,
        DeviceIOCompletionCallback callback,
        object context
    )
    {
        try
        {
            if (failure is null)
                files.WriteDurably(
                    segmentId,
                    (long)destinationAddress,
                    new ReadOnlySpan<byte>((void*)sourceAddress, (int)numBytesToWrite)
                );
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        // Told of a failure, FASTER would fail its commits for whoever waits for them, which nobody does.
        callback(0, numBytesToWrite, context);
    }

    public override unsafe void ReadAsync(
        int segmentId,
        ulong sourceAddress,
        IntPtr destinationAddress,
        uint readLength,
        DeviceIOCompletionCallback callback,
        object context
    )
    {
        var buffer = new Span<byte>((void*)destinationAddress, (int)readLength);
        var offset = files.StartOf(segmentId) + (long)sourceAddress - tailPageAddress;
        buffer.Clear();
        if (offset >= 0 && offset < tailPage.Length)
        {
            var count = (int)Math.Min(tailPage.Length - offset, buffer.Length);
            tailPage.AsSpan((int)offset, count).CopyTo(buffer);
        }

        callback(0, readLength, context);
    }

    /// <summary>Segments are deleted by the journal, after its superblock says where the log
    /// begins.</summary>
    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        callback(result);

    /// <summary>The files belong to the journal.</summary>
    public override void Dispose() { }
}
