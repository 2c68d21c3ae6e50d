namespace Cano.Reliability.Children;

/// <summary>What a child does, by its first argument.</summary>
internal static class ChildLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["hold", var directory]:
                return await Holder.RunAsync(directory, Console.Out);
            case ["work", var directory, var trial]:
                return await Worker.RunAsync(directory, trial, Console.OpenStandardOutput());
            case ["resume", var directory, var poison]:
                return await Resumer.RunAsync(directory, poison, Console.Out);
            default:
                return 2;
        }
    }
}
