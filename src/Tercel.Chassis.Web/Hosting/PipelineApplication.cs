using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tercel.Chassis.Web.Requests;

namespace Tercel.Chassis.Web.Hosting;

// What Kestrel calls for each request. The framework's own host would add activities, event sources and log scopes
// here; ours keeps one HttpContext and one scope per connection and adds nothing.
internal sealed class PipelineApplication(RequestPipeline pipeline, TimeProvider time) : IHttpApplication<RequestScope>
{
    public RequestScope CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<RequestScope> container)
        {
            var single = new RequestScope(new DefaultHttpContext(contextFeatures), pipeline.Options, time);
            contextFeatures.Set(single);
            return single;
        }

        if (container.HostContext is { } scope)
        {
            ((DefaultHttpContext)scope.Http).Initialize(contextFeatures);
            return scope;
        }

        scope = new RequestScope(new DefaultHttpContext(contextFeatures), pipeline.Options, time);
        container.HostContext = scope;
        return scope;
    }

    public Task ProcessRequestAsync(RequestScope context) => pipeline.Run(context);

    public void DisposeContext(RequestScope context, Exception? exception)
    {
        context.Reset();
        ((DefaultHttpContext)context.Http).Uninitialize();
    }
}
