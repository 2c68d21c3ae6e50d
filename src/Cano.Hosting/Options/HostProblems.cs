using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cano.Hosting.Options;

/// <summary>What is wrong with the options, found before anything starts.</summary>
/// <param name="host">For its shutdown timeout.</param>
internal sealed class HostProblems(IOptions<HostOptions> host) : IValidateOptions<CanoHostOptions>
{
    public ValidateOptionsResult Validate(string? name, CanoHostOptions options)
    {
        string[] problems = [.. Of(options)];
        return problems.Length > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    private IEnumerable<string> Of(CanoHostOptions options)
    {
        foreach (var unread in options.Unread)
            yield return unread;
        if (options.ResumeConcurrency < 1)
            yield return $"ResumeConcurrency is {options.ResumeConcurrency}: give at least 1";
        if (options.SuspendGrace < TimeSpan.Zero)
            yield return $"SuspendGrace is {options.SuspendGrace}: give a span that is not negative";
        var shutdown = host.Value.ShutdownTimeout;
        if (shutdown != Timeout.InfiniteTimeSpan && options.SuspendGrace >= shutdown)
            yield return $"SuspendGrace is {options.SuspendGrace}, and the host is given {shutdown} to shut down: "
                + "give a shorter grace, or a longer HostOptions.ShutdownTimeout";
    }
}
