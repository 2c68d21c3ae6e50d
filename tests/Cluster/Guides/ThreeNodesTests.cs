using System.Diagnostics;
using Cano.Cluster.Servers;

namespace Cano.Cluster.Guides;

/// <summary>What examples/Cluster says of itself.</summary>
public sealed class ThreeNodesTests
{
    [PostgresFact]
    [Trait("ID", "Z25")]
    public async Task When_one_of_the_three_is_killed_the_others_bring_every_parcel_to_its_end()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Cano.Examples.Cluster.dll");
        using var example = Process.Start(
            new ProcessStartInfo("dotnet", [program])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var (isAsked, isKilled, there) = (false, false, new HashSet<string>());
        while (await example.StandardOutput.ReadLineAsync().Soon() is { } line)
        {
            var words = line.Split("  ");
            if (words is [_, var parcel, "there"])
                there.Add(parcel);
            if (isKilled)
                Assert.False(words is ["node-2", _, _], line);
            else if (!isAsked && words is ["node-2", _, "in town 2"])
            {
                isAsked = true;
                await example.StandardInput.WriteLineAsync("kill 2");
                example.StandardInput.Close();
            }

            isKilled |= words is ["node-2", "is dead"];
        }

        await example.WaitForExitAsync();
        Assert.True(isKilled);
        Assert.Equal((12, 0), (there.Count, example.ExitCode));
    }
}
