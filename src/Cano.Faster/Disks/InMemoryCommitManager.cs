using FASTER.core;

namespace Cano.Faster.Disks;

/// <summary>Gives FASTER its commit metadata from memory. On disk there is none: at open the journal finds
/// the end of the log itself, from its own checked frames.</summary>
internal sealed class InMemoryCommitManager : ILogCommitManager
{
    private byte[]? newest;
    private long newestNumber;

    /// <summary>A log that begins and ends where the recovery scan says.</summary>
    public static InMemoryCommitManager Of(long begin, long end) =>
        new()
        {
            newest = new FasterLogRecoveryInfo
            {
                BeginAddress = begin,
                UntilAddress = end,
                CommitNum = 1,
            }.ToByteArray(),
            newestNumber = 1,
        };

    public void Commit(
        long beginAddress,
        long untilAddress,
        byte[] commitMetadata,
        long commitNum,
        bool forceWriteMetadata
    ) => (newest, newestNumber) = (commitMetadata, commitNum);

    public byte[] GetCommitMetadata(long commitNum) => newest ?? [];

    public IEnumerable<long> ListCommits() => newest is null ? [] : [newestNumber];

    public void RemoveCommit(long commitNum) { }

    public void RemoveAllCommits() => newest = null;

    public void OnRecovery(long commitNum) { }

    public void Dispose() { }
}
