package dev.servicetokens.spring.slice;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.servicetokens.client.TestTokens;
import dev.servicetokens.spring.AutoConfigureTestTokens;
import example.servlet.Clusters;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.servlet.MockMvc;

/** What the guide shows of tests; Spring Boot 4 has its slices in other packages. */
@WebMvcTest
@AutoConfigureTestTokens
@ContextConfiguration(classes = Clusters.class)
final class TestTokensSliceTest {

  @Autowired private TestTokens tokens;
  @Autowired private MockMvc service;

  @Test
  void knowsTheTokensOfTheTest() throws Exception {
    String may = tokens.create("ci", "deploy:prod");
    String mayNot = tokens.create("ci", "deploy:test");
    service.perform(post("/deployments").header("X-API-Key", may)).andExpect(status().isOk());
    service
        .perform(post("/deployments").header("X-API-Key", mayNot))
        .andExpect(status().isForbidden());
    tokens.setUnavailable(true);
    service
        .perform(post("/deployments").header("X-API-Key", may))
        .andExpect(status().isServiceUnavailable())
        .andExpect(header().exists("Retry-After"));
    tokens.setUnavailable(false);
    tokens.delete(may);
    service
        .perform(post("/deployments").header("X-API-Key", may))
        .andExpect(status().isUnauthorized());
  }
}
