window.ui = SwaggerUIBundle({
  url: 'api/openapi.yaml',
  dom_id: '#documentation',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: 'none',
  defaultModelsExpandDepth: 0,
});
